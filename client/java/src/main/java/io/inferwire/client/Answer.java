package io.inferwire.client;

import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.Choice;
import io.inferwire.v1.CompleteResponse;
import io.inferwire.v1.FinishReason;
import io.inferwire.v1.ToolCall;
import io.inferwire.v1.Usage;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What a model has said to a Prompt.
 *
 * @param response all of it
 */
public record Answer(CompleteResponse response) implements Serializable {
  /** Of the first choice; what the model refused with, if it refused. */
  public String text() {
    return InferwireClient.text(response.getCompletion());
  }

  /** The model's words for why it does not answer. */
  public Optional<String> refusal() {
    return Optional.of(InferwireClient.refusal(message())).filter(words -> !words.isEmpty());
  }

  /** The first choice, to be put behind the prompt's messages; empty if there was none. */
  public ChatMessage message() {
    return choice().getMessage();
  }

  public List<ToolCall> toolCalls() {
    return message().getToolCallsList();
  }

  public FinishReason finishReason() {
    return choice().getFinishReason();
  }

  public Usage usage() {
    return response.getCompletion().getUsage();
  }

  /** In US dollars, exact; empty: not priced. */
  public Optional<BigDecimal> cost() {
    return InferwireClient.dollars(response.getGateway().getCost());
  }

  public String requestId() {
    return response.getGateway().getRequestId();
  }

  private Choice choice() {
    boolean none = response.getCompletion().getChoicesCount() == 0;
    return none ? Choice.getDefaultInstance() : response.getCompletion().getChoices(0);
  }
}
