package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.inferwire.v1.ConnectResponse;
import io.inferwire.v1.RealtimeGoingAway;
import io.inferwire.v1.RealtimeServerEvent;
import java.util.Optional;

/**
 * One event of a session.
 *
 * @param message as it came
 */
public record RealtimeEvent(ConnectResponse message) {
  /**
   * The upstream's event.
   *
   * @return empty: one of the gateway (going away), or JSON text (message().getRawJson())
   */
  public Optional<RealtimeServerEvent> event() {
    return message.hasServerEvent() ? Optional.of(message.getServerEvent()) : Optional.empty();
  }

  /**
   * What kind of event it is.
   *
   * @return response.output_audio.delta, response.done, ...; empty for the gateway's events
   */
  public String type() {
    return message.getServerEvent().getType();
  }

  /**
   * What this event adds to what the model writes, or to the transcript of what it says.
   *
   * @return empty for all other events
   */
  public String text() {
    return switch (type()) {
      case "response.output_text.delta", "response.output_audio_transcript.delta" ->
          message.getServerEvent().getDelta();
      default -> "";
    };
  }

  /**
   * What this event adds to what the model says.
   *
   * @return sound in the session's format; empty for all other events
   */
  public ByteString audio() {
    return message.getServerEvent().getAudio();
  }

  /**
   * That the session will be ended soon, and when.
   *
   * @return empty for all other events
   */
  public Optional<RealtimeGoingAway> goingAway() {
    return message.hasGoingAway() ? Optional.of(message.getGoingAway()) : Optional.empty();
  }
}
