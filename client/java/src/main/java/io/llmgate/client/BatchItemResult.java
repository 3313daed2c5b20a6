package io.llmgate.client;

import io.llmgate.v1.BatchResult;
import java.util.Optional;

/** The one result of an item: a completion, an error, or the answer of another endpoint. */
public record BatchItemResult(BatchResult message) {
  public String customId() {
    return message.getCustomId();
  }

  /** The text of the first choice. */
  public String text() {
    return LlmgateClient.text(message.getChatCompletion());
  }

  public Optional<LlmgateException> error() {
    return message.hasError()
        ? Optional.of(LlmgateException.fromRpcStatus(message.getError()))
        : Optional.empty();
  }
}
