package io.inferwire.client;

import io.inferwire.v1.BatchResult;
import java.util.Optional;

/** The one result of an item: a completion, an error, or the answer of another endpoint. */
public record BatchItemResult(BatchResult message) {
  public String customId() {
    return message.getCustomId();
  }

  /** The text of the first choice. */
  public String text() {
    return InferwireClient.text(message.getChatCompletion());
  }

  public Optional<InferwireException> error() {
    return message.hasError()
        ? Optional.of(InferwireException.fromRpcStatus(message.getError()))
        : Optional.empty();
  }
}
