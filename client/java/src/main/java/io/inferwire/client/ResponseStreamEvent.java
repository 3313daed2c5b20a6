package io.inferwire.client;

import io.inferwire.v1.ResponseEvent;
import io.inferwire.v1.ResponseStreamCompleted;
import io.inferwire.v1.StreamResponseResponse;
import java.util.Optional;

/**
 * One event of a streamed response.
 *
 * @param message as it came
 */
public record ResponseStreamEvent(StreamResponseResponse message) {
  /**
   * The upstream's event.
   *
   * @return empty: one of the gateway (started, completed, heartbeat)
   */
  public Optional<ResponseEvent> event() {
    return message.hasResponseEvent() ? Optional.of(message.getResponseEvent()) : Optional.empty();
  }

  /**
   * What kind of event it is.
   *
   * @return response.output_text.delta, ...; empty for the gateway's events
   */
  public String type() {
    return message.getResponseEvent().getType();
  }

  /**
   * What this event adds to the answer's text.
   *
   * @return empty for all other events
   */
  public String text() {
    return type().equals("response.output_text.delta") ? message.getResponseEvent().getDelta() : "";
  }

  /**
   * The last event's id, status, usage and gateway info.
   *
   * @return empty: not the last one
   */
  public Optional<ResponseStreamCompleted> completed() {
    return message.hasCompleted() ? Optional.of(message.getCompleted()) : Optional.empty();
  }
}
