package io.inferwire.client;

import io.inferwire.v1.Embedding;
import io.inferwire.v1.StreamEmbedCompleted;
import io.inferwire.v1.StreamEmbedResponse;
import java.util.Optional;

/**
 * One event of streamed embeddings.
 *
 * @param message as it came
 */
public record EmbedEvent(StreamEmbedResponse message) {
  /**
   * One vector.
   *
   * @return its index says of which text; empty: one of the gateway's events
   */
  public Optional<Embedding> embedding() {
    return message.hasEmbedding() ? Optional.of(message.getEmbedding()) : Optional.empty();
  }

  /**
   * The last event's count, usage and gateway info.
   *
   * @return empty: not the last one
   */
  public Optional<StreamEmbedCompleted> completed() {
    return message.hasCompleted() ? Optional.of(message.getCompleted()) : Optional.empty();
  }
}
