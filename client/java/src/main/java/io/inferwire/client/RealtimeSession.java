package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.grpc.ClientCall;
import io.grpc.Status;
import io.inferwire.v1.ConnectRequest;
import io.inferwire.v1.ConnectResponse;
import io.inferwire.v1.RealtimeClientEvent;
import io.inferwire.v1.RealtimeCompleted;
import io.inferwire.v1.RealtimeStart;
import io.inferwire.v1.ResponseContent;
import io.inferwire.v1.ResponseItem;
import io.inferwire.v1.UpstreamStarted;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A session with a model that listens and speaks, for one loop in a try-with-resources block. Any
 * thread may send. end() is the proper end: the loop then runs to completed(). Leaving the block
 * cancels. Made by InferwireClient.realtime.
 */
public final class RealtimeSession
    implements Iterable<RealtimeEvent>, Iterator<RealtimeEvent>, AutoCloseable {
  private final ClientCall<ConnectRequest, ConnectResponse> call;
  private final MessageStream<ConnectResponse> stream;
  private final Object sending = new Object();
  private boolean ended; // guarded by sending
  private volatile UpstreamStarted started;
  private volatile RealtimeCompleted completed;
  private RealtimeEvent next;

  RealtimeSession(ClientCall<ConnectRequest, ConnectResponse> call, RealtimeStart start) {
    this.call = call;
    stream =
        MessageStream.open(
            call,
            begun -> begun.sendMessage(ConnectRequest.newBuilder().setStart(start).build()),
            message -> message,
            ConnectResponse::hasCompleted);
  }

  /**
   * Where the session is.
   *
   * @return empty before the upstream has taken it
   */
  public Optional<UpstreamStarted> started() {
    return Optional.ofNullable(started);
  }

  /**
   * Usage and cost of the whole session.
   *
   * @return empty before the end of the loop
   */
  public Optional<RealtimeCompleted> completed() {
    return Optional.ofNullable(completed);
  }

  /**
   * An event of the client. Waits while the network is behind. Throws InferwireException if the
   * session has ended.
   *
   * @param event its type says what else it has
   */
  public void send(RealtimeClientEvent event) {
    write(ConnectRequest.newBuilder().setEvent(event).build());
  }

  /**
   * Adds to what the model hears. Waits while the network is behind. Throws InferwireException if
   * the session has ended.
   *
   * @param audio in the session's input format
   */
  public void sendAudio(byte[] audio) {
    write(ConnectRequest.newBuilder().setAudio(ByteString.copyFrom(audio)).build());
  }

  /**
   * An event that has no type here. Waits while the network is behind. Throws InferwireException if
   * the session has ended.
   *
   * @param event JSON text, which goes on verbatim
   */
  public void sendJson(String event) {
    write(ConnectRequest.newBuilder().setRawJson(event).build());
  }

  /**
   * The user's words, and the wish for an answer. Waits while the network is behind. Throws
   * InferwireException if the session has ended.
   *
   * @param text what the user says
   */
  public void say(String text) {
    ResponseContent content = ResponseContent.newBuilder().setType("input_text").setText(text).build();
    ResponseItem item =
        ResponseItem.newBuilder().setType("message").setRole("user").addContentParts(content).build();
    send(RealtimeClientEvent.newBuilder().setType("conversation.item.create").setItem(item).build());
    send(RealtimeClientEvent.newBuilder().setType("response.create").build());
  }

  /** Nothing more is sent. What the model is saying still comes. */
  public void end() {
    synchronized (sending) {
      if (!ended) {
        ended = true;
        call.halfClose();
      }
    }
  }

  private void write(ConnectRequest message) {
    synchronized (sending) {
      try {
        if (!ended && stream.awaitRoom()) {
          call.sendMessage(message);
          return;
        }
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
        throw InferwireException.fromGrpc(Status.CANCELLED.withDescription("interrupted"), null);
      }
    }
    throw stream
        .failure()
        .orElseGet(() -> InferwireException.fromGrpc(Status.CANCELLED.withDescription("the session has ended"), null));
  }

  /** Blocks until there is a next event or the session has ended. */
  @Override
  public boolean hasNext() {
    while (next == null && stream.hasNext()) {
      ConnectResponse message = stream.next();
      switch (message.getEventCase()) {
        case STARTED -> started = message.getStarted();
        case COMPLETED -> completed = message.getCompleted();
        case SERVER_EVENT, GOING_AWAY, RAW_JSON -> next = new RealtimeEvent(message);
        default -> {} // a heartbeat, or an event of a later version
      }
    }
    return next != null;
  }

  @Override
  public RealtimeEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RealtimeEvent event = next;
    next = null;
    return event;
  }

  @Override
  public Iterator<RealtimeEvent> iterator() {
    return this;
  }

  /** From any thread; the loop then ends with CANCELLED. */
  @Override
  public void close() {
    stream.close();
  }
}
