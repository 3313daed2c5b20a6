package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.inferwire.v1.RawStarted;
import io.inferwire.v1.ServerSentEvent;
import io.inferwire.v1.StreamInvokeResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;

/** The body of a streamed HTTP answer; one that was cut throws IOException. */
final class HttpBody extends PartStream<StreamInvokeResponse> {
  private final boolean eventStream;

  HttpBody(
      MessageStream<StreamInvokeResponse> messages, OpenAITransport.Patience patience, StreamEnds ends,
      RawStarted started) {
    this(messages, patience, ends, isEventStream(started));
  }

  private HttpBody(
      MessageStream<StreamInvokeResponse> messages, OpenAITransport.Patience patience, StreamEnds ends,
      boolean eventStream) {
    super(iterator(messages, patience, ends, eventStream), messages::close, message -> bytes(message, ends));
    this.eventStream = eventStream;
  }

  private static boolean isEventStream(RawStarted started) {
    return started.getHttpStatus() / 100 == 2
        && started.getContentType().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
  }

  boolean isEventStream() {
    return eventStream;
  }

  private static Iterator<StreamInvokeResponse> iterator(
      MessageStream<StreamInvokeResponse> messages, OpenAITransport.Patience patience, StreamEnds ends,
      boolean eventStream) {
    return new Iterator<>() {
      private boolean completed;
      private StreamInvokeResponse done; // comes when all is well: behind it SDKs read nothing

      @Override
      public boolean hasNext() {
        return !completed || done != null;
      }

      @Override
      public StreamInvokeResponse next() {
        try {
          if (completed) {
            StreamInvokeResponse last = done;
            done = null;
            return last;
          }
          StreamInvokeResponse message = OpenAITransport.next(messages, patience);
          if (message.hasEvent() && StreamEnds.isDone(message.getEvent())) {
            done = message;
            message = OpenAITransport.next(messages, patience);
          }
          completed = message.hasCompleted();
          if (completed && eventStream && !ends.ended()) {
            throw InferwireException.cutShort();
          }
          return message;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static ByteString bytes(StreamInvokeResponse message, StreamEnds ends) {
    if (!message.hasEvent()) {
      return message.getBodyPart();
    }
    ServerSentEvent event = message.getEvent();
    ends.see(event);
    StringBuilder text = new StringBuilder();
    if (!event.getEvent().isEmpty()) {
      text.append("event: ").append(event.getEvent()).append('\n');
    }
    if (!event.getId().isEmpty()) {
      text.append("id: ").append(event.getId()).append('\n');
    }
    for (String line : event.getData().toStringUtf8().split("\n", -1)) {
      text.append("data: ").append(line).append('\n');
    }
    return ByteString.copyFromUtf8(text.append('\n').toString());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    try {
      return super.read(to, offset, length);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (InferwireException e) {
      OpenAIErrors.throwIfOfConnection(e);
      throw OpenAIErrors.ofStream(e);
    }
  }
}
