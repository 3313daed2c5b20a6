package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.inferwire.v1.ConnectResponse;
import io.inferwire.v1.RealtimeGoingAway;
import io.inferwire.v1.RealtimeServerEvent;
import java.util.Optional;

/** One event of a session. */
public record RealtimeEvent(ConnectResponse message) {
  /** The upstream's event; empty: one of the gateway (going away), or JSON text (getRawJson). */
  public Optional<RealtimeServerEvent> event() {
    return message.hasServerEvent() ? Optional.of(message.getServerEvent()) : Optional.empty();
  }

  /** response.output_audio.delta, response.done, ...; empty for the gateway's events. */
  public String type() {
    return message.getServerEvent().getType();
  }

  /** What this event adds to what the model writes, or to the transcript of what it says. */
  public String text() {
    return switch (type()) {
      case "response.output_text.delta", "response.output_audio_transcript.delta" ->
          message.getServerEvent().getDelta();
      default -> "";
    };
  }

  /** What this event adds to what the model says. */
  public ByteString audio() {
    return message.getServerEvent().getAudio();
  }

  /** The session will be ended soon, and when. */
  public Optional<RealtimeGoingAway> goingAway() {
    return message.hasGoingAway() ? Optional.of(message.getGoingAway()) : Optional.empty();
  }
}
