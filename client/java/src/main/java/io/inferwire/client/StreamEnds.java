package io.inferwire.client;

import io.inferwire.v1.ServerSentEvent;
import java.util.regex.Pattern;

/**
 * Whether an event stream of OpenAI's API was whole: a connection that a proxy closes properly looks
 * like an end to HTTP, and to SDKs too.
 */
final class StreamEnds {
  private static final Pattern LAST_OF_CHAT =
      Pattern.compile("\\A\\s*(?:\\[DONE\\]\\s*\\z|\\{\\s*\"error\")|\"finish_reason\"\\s*:\\s*\"");
  private static final Pattern LAST_OF_RESPONSE =
      Pattern.compile("\"type\"\\s*:\\s*\"(?:response\\.(?:completed|failed|incomplete)|error)\"");

  private final Pattern last; // null: of other streams no last event is known
  private boolean ended;

  StreamEnds(String path) {
    boolean chat = path.equals("/chat/completions") || path.equals("/completions");
    last = chat ? LAST_OF_CHAT : path.startsWith("/responses") ? LAST_OF_RESPONSE : null;
    ended = last == null;
  }

  void see(ServerSentEvent event) {
    ended = ended || last.matcher(event.getData().toStringUtf8()).find();
  }

  boolean ended() {
    return ended;
  }
}
