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
 * @serial exclude
 */
public record Answer(CompleteResponse response) implements Serializable {
  /**
   * What the model wrote.
   *
   * @return the text of the first choice; what the model refused with, if it refused; never null
   */
  public String text() {
    return InferwireClient.text(response.getCompletion());
  }

  /**
   * The model's words for why it does not answer.
   *
   * @return empty: it has not refused
   */
  public Optional<String> refusal() {
    return Optional.of(InferwireClient.refusal(message())).filter(words -> !words.isEmpty());
  }

  /**
   * The first choice, to be put behind the prompt's messages.
   *
   * @return a message without content if there was no choice
   */
  public ChatMessage message() {
    return choice().getMessage();
  }

  /**
   * The functions that the model wants called.
   *
   * @return empty: none
   */
  public List<ToolCall> toolCalls() {
    return message().getToolCallsList();
  }

  /**
   * Why the first choice ended.
   *
   * @return FINISH_REASON_UNSPECIFIED if there was no choice
   */
  public FinishReason finishReason() {
    return choice().getFinishReason();
  }

  /**
   * The tokens that the call took, of all its choices.
   *
   * @return zeros where the upstream said nothing
   */
  public Usage usage() {
    return response.getCompletion().getUsage();
  }

  /**
   * What the call cost.
   *
   * @return in US dollars, exact; empty: not priced
   */
  public Optional<BigDecimal> cost() {
    return InferwireClient.dollars(response.getGateway().getCost());
  }

  /**
   * The gateway's id of the call, which its log and traces have, too.
   *
   * @return never null
   */
  public String requestId() {
    return response.getGateway().getRequestId();
  }

  private Choice choice() {
    boolean none = response.getCompletion().getChoicesCount() == 0;
    return none ? Choice.getDefaultInstance() : response.getCompletion().getChoices(0);
  }
}
