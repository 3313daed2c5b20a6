package io.inferwire.client;

import io.inferwire.v1.StreamCompleteTextCompleted;
import io.inferwire.v1.StreamCompleteTextResponse;
import io.inferwire.v1.TextChoice;
import io.inferwire.v1.TextCompletion;
import java.util.Optional;

/**
 * One event of a streamed text completion.
 *
 * @param message as it came
 */
public record TextEvent(StreamCompleteTextResponse message) {
  /**
   * What this event adds to the text of the first choice.
   *
   * @return empty for all other events
   */
  public String text() {
    return firstText(message.getChunk());
  }

  /**
   * The last event's usage, gateway info and, if asked for, whole answer.
   *
   * @return empty: not the last one
   */
  public Optional<StreamCompleteTextCompleted> completed() {
    return message.hasCompleted() ? Optional.of(message.getCompleted()) : Optional.empty();
  }

  static String firstText(TextCompletion completion) {
    for (TextChoice choice : completion.getChoicesList()) {
      if (choice.getIndex() == 0) {
        return choice.getText();
      }
    }
    return "";
  }
}
