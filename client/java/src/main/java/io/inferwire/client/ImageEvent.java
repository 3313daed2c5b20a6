package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.inferwire.v1.ImagePart;
import io.inferwire.v1.ImageStreamCompleted;
import io.inferwire.v1.StreamGenerateImagesResponse;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One event of streamed images.
 *
 * @param message as it came
 * @param picture with the last part of an image or preview: all of it; else empty
 */
public record ImageEvent(StreamGenerateImagesResponse message, Optional<Picture> picture) {
  /**
   * An image, or a preview of it, all of whose parts have come.
   *
   * @param index which of the images that were asked for, from 0
   * @param preview which preview of it, from 0; empty: the image itself
   * @param data a file of the format that was asked for
   */
  public record Picture(int index, OptionalInt preview, ByteString data) {}

  /**
   * The last event's usage, gateway info, and what was said beside the images.
   *
   * @return empty: not the last one
   */
  public Optional<ImageStreamCompleted> completed() {
    return message.hasCompleted() ? Optional.of(message.getCompleted()) : Optional.empty();
  }

  /** Puts the parts of a stream together. */
  static final class Parts {
    private ByteString data = ByteString.EMPTY;

    ImageEvent take(StreamGenerateImagesResponse message) {
      if (!message.hasPart()) {
        return new ImageEvent(message, Optional.empty());
      }
      ImagePart part = message.getPart();
      data = data.concat(part.getData());
      if (!part.getLast()) {
        return new ImageEvent(message, Optional.empty());
      }
      OptionalInt preview =
          part.hasPartialImageIndex() ? OptionalInt.of(part.getPartialImageIndex()) : OptionalInt.empty();
      Picture picture = new Picture(part.getIndex(), preview, data);
      data = ByteString.EMPTY;
      return new ImageEvent(message, Optional.of(picture));
    }
  }
}
