package io.inferwire.client;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.ToLongFunction;

/** Files that are there whole or not at all. */
final class WholeFiles {
  private WholeFiles() {}

  /** write says how many bytes it wrote. What fails leaves no file, and an old one as it was. */
  static long write(Path file, ToLongFunction<OutputStream> write) {
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    try {
      long size;
      try (OutputStream to = Files.newOutputStream(partial)) {
        size = write.applyAsLong(to);
      }
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      return size;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        partial.toFile().deleteOnExit();
      }
    }
  }
}
