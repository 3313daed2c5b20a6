package io.inferwire.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** Bytes on their way to the gateway: sent while they are read, never held whole. */
public final class Upload {
  private interface Source {
    InputStream open() throws IOException;
  }

  private final String name;
  private final OptionalLong size;
  private final Source source;
  private final LongConsumer progress;

  private Upload(String name, OptionalLong size, Source source, LongConsumer progress) {
    this.name = name;
    this.size = size;
    this.source = source;
    this.progress = progress;
  }

  /**
   * A file of this machine. Throws UncheckedIOException if it is not there.
   *
   * @param file by its name's ending an upstream knows what it is
   * @return for any number of calls
   */
  public static Upload of(Path file) {
    try {
      OptionalLong size = OptionalLong.of(Files.size(file));
      return new Upload(String.valueOf(file.getFileName()), size, () -> Files.newInputStream(file), sent -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Bytes of this process.
   *
   * @param name by its ending an upstream knows what it is, e.g. talk.mp3
   * @param data not copied
   * @return for any number of calls
   */
  public static Upload of(String name, byte[] data) {
    return new Upload(name, OptionalLong.of(data.length), () -> new ByteArrayInputStream(data), sent -> {});
  }

  /**
   * Bytes from wherever, of any number.
   *
   * @param name by its ending an upstream knows what it is, e.g. talk.mp3
   * @param data is read to its end, and closed
   * @return for one call
   */
  public static Upload of(String name, InputStream data) {
    return new Upload(name, OptionalLong.empty(), () -> data, sent -> {});
  }

  /**
   * Tells how far it is.
   *
   * @param handler is told the bytes sent so far, by the thread that calls
   * @return a copy
   */
  public Upload withProgress(LongConsumer handler) {
    return new Upload(name, size, source, handler);
  }

  String name() {
    return name;
  }

  OptionalLong size() {
    return size;
  }

  LongConsumer progress() {
    return progress;
  }

  InputStream open() {
    try {
      return source.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
