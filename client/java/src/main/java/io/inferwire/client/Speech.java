package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.inferwire.v1.SpeakCompleted;
import io.inferwire.v1.SpeakResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Sound as it comes: read it, or save it. Sound that was cut throws InferwireException. Closing it
 * cancels the call. Made by InferwireClient.speak.
 */
public final class Speech extends PartStream<SpeakResponse> {
  private static final class Facts {
    String contentType = "";
    SpeakCompleted completed;

    ByteString take(SpeakResponse message) {
      switch (message.getEventCase()) {
        case STARTED -> contentType = message.getStarted().getContentType();
        case COMPLETED -> completed = message.getCompleted();
        default -> {}
      }
      return message.getAudio();
    }
  }

  private final Facts facts;

  Speech(MessageStream<SpeakResponse> stream) {
    this(stream, new Facts());
  }

  private Speech(MessageStream<SpeakResponse> stream, Facts facts) {
    super(stream, stream::close, facts::take);
    this.facts = facts;
  }

  /**
   * What the bytes are.
   *
   * @return e.g. audio/mpeg; empty before the first of them
   */
  public String contentType() {
    return facts.contentType;
  }

  /**
   * Size, usage and gateway info.
   *
   * @return empty before the end
   */
  public Optional<SpeakCompleted> completed() {
    return Optional.ofNullable(facts.completed);
  }

  /**
   * Writes all of it and closes it. What was cut leaves no file, and an old one as it was. Throws
   * UncheckedIOException if the file cannot be written.
   *
   * @param file is replaced if it is there
   * @return the number of bytes
   */
  public long save(Path file) {
    try (this) {
      return WholeFiles.write(
          file,
          to -> {
            try {
              return transferTo(to);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
