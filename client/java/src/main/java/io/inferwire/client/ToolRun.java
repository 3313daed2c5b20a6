package io.inferwire.client;

import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.Usage;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A conversation of a model with functions.
 *
 * @param answer the last one
 * @param messages all of them: the prompt's, the calls, their results, the last answer
 * @param rounds how often the model was asked
 * @param usage tokens of all rounds
 * @param dollars what all rounds cost, exact; null: one of them is not priced
 * @serial exclude
 */
public record ToolRun(Answer answer, List<ChatMessage> messages, int rounds, Usage usage, BigDecimal dollars)
    implements Serializable {
  /**
   * What the model wrote last.
   *
   * @return of the last answer's first choice
   */
  public String text() {
    return answer.text();
  }

  /**
   * What all rounds cost.
   *
   * @return in US dollars, exact; empty: one of them is not priced
   */
  public Optional<BigDecimal> cost() {
    return Optional.ofNullable(dollars);
  }
}
