package io.inferwire.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Function;

/**
 * Bytes that come in the messages of a stream, as they come: a read waits for no more than one of
 * them. Bytes that were cut throw InferwireException, never look like the end. close() cancels the
 * call, here and upstream.
 */
class PartStream<M> extends InputStream {
  private final Iterator<M> messages;
  private final Runnable cancel;
  private final Function<M, ByteString> bytes; // empty: the message is none of the bytes
  private ByteBuffer part = ByteBuffer.allocate(0);

  PartStream(Iterator<M> messages, Runnable cancel, Function<M, ByteString> bytes) {
    this.messages = messages;
    this.cancel = cancel;
    this.bytes = bytes;
  }

  private boolean fill() {
    while (!part.hasRemaining()) {
      if (!messages.hasNext()) {
        return false;
      }
      part = bytes.apply(messages.next()).asReadOnlyByteBuffer();
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    return fill() ? part.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, part.remaining());
    part.get(to, offset, count);
    return count;
  }

  @Override
  public int available() {
    return part.remaining();
  }

  @Override
  public void close() {
    cancel.run();
  }
}
