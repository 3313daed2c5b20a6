package io.inferwire.client;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.protobuf.ByteString;
import io.inferwire.v1.ServerSentEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether an event stream of OpenAI's API was whole: a connection that a proxy closes properly looks
 * like an end to HTTP, and to SDKs too. So does a [DONE] that comes before the answer has ended.
 */
final class StreamEnds {
  /** What is read of an event; the rest is the SDK's. */
  private record Event(String type, Object error, List<Choice> choices) {}

  private record Choice(int index, Object finish_reason) {}

  private static final ByteString DONE = ByteString.copyFromUtf8("[DONE]");
  private static final Pattern LAST_OF_RESPONSE =
      Pattern.compile("response\\.(?:completed|failed|incomplete|cancelled)|error");
  private static final Pattern LAST_OF_MEDIA = Pattern.compile(".*\\.(?:completed|done)|error");
  private static final Gson GSON = new Gson();

  private final boolean chat;
  private final Pattern last; // types of events; null: of these streams none is known
  private final Set<Integer> begun = new HashSet<>(); // choices
  private final Set<Integer> finished = new HashSet<>();
  private boolean told; // the last event has come, or an error

  StreamEnds(String path) {
    chat = path.equals("/chat/completions") || path.equals("/completions");
    if (path.equals("/responses") || path.startsWith("/responses/")) {
      last = LAST_OF_RESPONSE;
    } else {
      last = path.startsWith("/images/") || path.startsWith("/audio/") ? LAST_OF_MEDIA : null;
    }
  }

  /** Behind it SDKs read nothing. */
  static boolean isDone(ServerSentEvent event) {
    return event.getData().equals(DONE);
  }

  void see(ServerSentEvent event) {
    if ((!chat && last == null) || isDone(event)) {
      return;
    }
    try {
      Event read = GSON.fromJson(event.getData().toStringUtf8(), Event.class);
      if (read != null) {
        see(read);
      }
    } catch (JsonParseException e) {
      // The SDK says what is wrong with it.
    }
  }

  private void see(Event event) {
    boolean isLast = last != null && event.type != null && last.matcher(event.type).matches();
    told = told || isLast || event.error != null;
    for (Choice choice : event.choices == null ? List.<Choice>of() : event.choices) {
      begun.add(choice.index);
      if (choice.finish_reason != null) {
        finished.add(choice.index);
      }
    }
  }

  boolean ended() {
    boolean unknown = !chat && last == null;
    return unknown || told || (chat && !begun.isEmpty() && finished.equals(begun));
  }
}
