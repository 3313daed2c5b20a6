package io.inferwire.client;

import io.inferwire.v1.ResponseEvent;
import io.inferwire.v1.ResponseStreamCompleted;
import io.inferwire.v1.StreamResponseResponse;
import java.util.Optional;

/** One event of a streamed response. */
public record ResponseStreamEvent(StreamResponseResponse message) {
  /** The upstream's event; empty: one of the gateway (started, completed, heartbeat). */
  public Optional<ResponseEvent> event() {
    return message.hasResponseEvent() ? Optional.of(message.getResponseEvent()) : Optional.empty();
  }

  /** response.output_text.delta, ...; empty for the gateway's events. */
  public String type() {
    return message.getResponseEvent().getType();
  }

  /** What this event adds to the answer's text; empty for all other events. */
  public String text() {
    return type().equals("response.output_text.delta") ? message.getResponseEvent().getDelta() : "";
  }

  /** The last event's id, status, usage and gateway info. */
  public Optional<ResponseStreamCompleted> completed() {
    return message.hasCompleted() ? Optional.of(message.getCompleted()) : Optional.empty();
  }
}
