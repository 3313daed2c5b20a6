package io.inferwire.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A streamed answer, for one loop in a try-with-resources block: leaving the block cancels the
 * call, here and upstream. A stream that was cut throws. The next message is read only when the
 * loop asks for it, so a slow loop slows the model's stream down. cancel() may come from any
 * thread.
 *
 * @param <T> what the loop is over
 */
public sealed class MessageStream<T> implements Iterable<T>, Iterator<T>, AutoCloseable
    permits ChatStream {
  private record End(Status status, Metadata trailers) {}

  private final ClientCall<?, ?> call;
  private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>(); // one message and an end at most
  private final Function<Object, T> wrap;
  private final Predicate<Object> isLast;
  private final Object room = new Object();
  private End over; // guarded by room; null: the call goes on
  private T next;
  private Object taken; // of arrived, by arrives()
  private boolean complete;
  private boolean ended;

  @SuppressWarnings("unchecked")
  <Q, R> MessageStream(
      ClientCall<Q, R> call, Consumer<ClientCall<Q, R>> begin, Function<R, T> wrap,
      Predicate<R> isLast) {
    this.call = call;
    this.wrap = message -> wrap.apply((R) message);
    this.isLast = message -> isLast == null || isLast.test((R) message);
    this.complete = isLast == null;
    call.start(
        new ClientCall.Listener<R>() {
          @Override
          public void onMessage(R message) {
            arrived.add(message);
          }

          @Override
          public void onReady() {
            tellSender(null);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            End end = new End(status, trailers);
            arrived.add(end);
            tellSender(end);
          }
        },
        new Metadata());
    begin.accept(call);
    call.request(1);
  }

  /** begin sends what the call begins with. isLast: null if it may end with any message. */
  static <Q, R, T> MessageStream<T> open(
      ClientCall<Q, R> call, Consumer<ClientCall<Q, R>> begin, Function<R, T> wrap,
      Predicate<R> isLast) {
    return new MessageStream<>(call, begin, wrap, isLast);
  }

  /** Of a call that sends, too: waits until gRPC has room for another message. False: it is over. */
  boolean awaitRoom() throws InterruptedException {
    synchronized (room) {
      while (over == null && !call.isReady()) {
        room.wait();
      }
      return over == null;
    }
  }

  /** Why the call is over, for who wants to send; empty: it goes on, or has ended well. */
  Optional<InferwireException> failure() {
    synchronized (room) {
      return over == null || over.status.isOk()
          ? Optional.empty()
          : Optional.of(InferwireException.fromGrpc(over.status, over.trailers));
    }
  }

  private void tellSender(End end) {
    synchronized (room) {
      over = over == null ? end : over;
      room.notifyAll();
    }
  }

  /** Waits no longer than that. True: hasNext() will not wait. */
  boolean arrives(Duration atMost) throws InterruptedException {
    if (next == null && !ended && taken == null) {
      taken = arrived.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
    return next != null || ended || taken != null;
  }

  /** Blocks until there is a next message or the stream has ended. */
  @Override
  public boolean hasNext() {
    if (next != null || ended) {
      return next != null;
    }
    Object what;
    try {
      what = taken == null ? arrived.take() : taken;
      taken = null;
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      ended = true;
      throw InferwireException.fromGrpc(Status.CANCELLED.withDescription("interrupted"), null);
    }
    if (what instanceof End end) {
      ended = true;
      if (!end.status.isOk()) {
        throw InferwireException.fromGrpc(end.status, end.trailers);
      }
      if (!complete) {
        throw InferwireException.cutShort();
      }
      return false;
    }
    complete = complete || isLast.test(what);
    next = wrap.apply(what);
    return true;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T message = next;
    next = null;
    call.request(1);
    return message;
  }

  @Override
  public Iterator<T> iterator() {
    return this;
  }

  /** Ends the call, here and upstream. The loop then throws InferwireException (CANCELLED). */
  public void cancel() {
    call.cancel("cancelled by this client", null);
  }

  @Override
  public void close() {
    cancel(); // without effect on a call that has ended
  }
}
