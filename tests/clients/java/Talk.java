import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.util.JsonFormat;
import io.inferwire.client.CallSettings;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.RealtimeEvent;
import io.inferwire.client.RealtimeSession;
import io.inferwire.v1.RealtimeStart;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A session by its script. */
final class Talk {
  private static final int PIECE = 4800;

  private Talk() {}

  static Map<String, Object> run(InferwireClient client, JsonObject task, CallSettings settings)
      throws IOException {
    RealtimeStart.Builder start = RealtimeStart.newBuilder();
    JsonFormat.parser().merge(task.get("request").toString(), start);
    Iterator<JsonElement> turns = task.getAsJsonArray("turns").iterator();
    int leaveAfter = task.has("leave_after") ? task.get("leave_after").getAsInt() : 0;
    Map<String, Object> seen = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    int events = 0;
    int done = 0;
    int audio = 0;
    try (RealtimeSession session = client.realtime(start.build(), settings)) {
      try {
        send(session, turns);
        for (RealtimeEvent event : session) {
          ++events;
          text.append(event.text());
          audio += event.audio().size();
          if (event.type().equals("response.done")) {
            ++done;
            send(session, turns);
          }
          if (events == leaveAfter) {
            break;
          }
        }
      } catch (InferwireException e) {
        seen.put("error", Driver.error(e));
      }
      seen.put("completed", session.completed().isPresent() ? Rpcs.json(session.completed().get()) : null);
    }
    seen.put("events", events);
    seen.put("turns", done);
    seen.put("text", text.toString());
    seen.put("audio_bytes", audio);
    return seen;
  }

  private static void send(RealtimeSession session, Iterator<JsonElement> turns) {
    if (!turns.hasNext()) {
      session.end();
      return;
    }
    JsonObject turn = turns.next().getAsJsonObject();
    if (turn.has("say")) {
      session.say(turn.get("say").getAsString());
      return;
    }
    for (int sent = 0; sent < turn.get("audio_bytes").getAsInt(); sent += PIECE) {
      session.sendAudio(new byte[PIECE]);
    }
    session.sendJson("{\"type\":\"input_audio_buffer.commit\"}");
    session.sendJson("{\"type\":\"response.create\"}");
  }
}
