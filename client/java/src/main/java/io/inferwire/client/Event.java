package io.inferwire.client;

import io.inferwire.v1.ChunkChoice;
import io.inferwire.v1.StreamCompleteResponse;
import io.inferwire.v1.StreamCompleted;
import java.util.Optional;

/**
 * One event of a streamed completion.
 *
 * @param message as it came
 */
public record Event(StreamCompleteResponse message) {
  /**
   * What this event adds to the text of the first choice.
   *
   * @return empty for all other events
   */
  public String text() {
    for (ChunkChoice choice : message.getChunk().getChoicesList()) {
      if (choice.getIndex() == 0) {
        return choice.getDelta().getContent();
      }
    }
    return "";
  }

  /**
   * The last event's usage, gateway info and, if asked for, whole answer.
   *
   * @return empty: not the last one
   */
  public Optional<StreamCompleted> completed() {
    return message.hasCompleted() ? Optional.of(message.getCompleted()) : Optional.empty();
  }
}
