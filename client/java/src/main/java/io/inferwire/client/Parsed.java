package io.inferwire.client;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * An answer of the type that was asked for.
 *
 * @param <T> that type
 * @param value what the model said, as it
 * @param answer the same as it came
 */
public record Parsed<T>(T value, Answer answer) {
  /**
   * The value as the model wrote it.
   *
   * @return JSON
   */
  public String text() {
    return answer.text();
  }

  /**
   * What the call cost.
   *
   * @return in US dollars, exact; empty: not priced
   */
  public Optional<BigDecimal> cost() {
    return answer.cost();
  }
}
