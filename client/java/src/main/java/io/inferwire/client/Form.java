package io.inferwire.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.Supplier;

/** The messages of an upload behind its header: each file's bytes, then the end. */
final class Form<Q> implements Supplier<Q>, AutoCloseable {
  private static final int PART_BYTES = 256 * 1024;

  /** begin: what begins it; null where the header names it. */
  private record Part<Q>(Q begin, Upload upload) {}

  private final Queue<Part<Q>> parts = new ArrayDeque<>();
  private final Function<ByteString, Q> data;
  private Q end;
  private Upload upload;
  private InputStream stream; // of upload
  private long sent;

  Form(Function<ByteString, Q> data, Q end) {
    this.data = data;
    this.end = end;
  }

  Form<Q> add(Q begin, Upload file) {
    parts.add(new Part<>(begin, file));
    return this;
  }

  @Override
  public Q get() {
    try {
      while (stream != null || !parts.isEmpty()) {
        if (stream == null) {
          Part<Q> part = parts.remove();
          upload = part.upload;
          stream = upload.open();
          if (part.begin != null) {
            return part.begin;
          }
        }
        byte[] bytes = stream.readNBytes(PART_BYTES);
        if (bytes.length > 0) {
          sent += bytes.length;
          upload.progress().accept(sent);
          return data.apply(ByteString.copyFrom(bytes));
        }
        close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Q last = end;
    end = null;
    return last;
  }

  @Override
  public void close() {
    InputStream open = stream;
    stream = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
