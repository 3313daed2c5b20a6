package io.inferwire.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The messages of streams that follow one another until one comes to its end, for what takes longer
 * than any connection lasts: a stream that ends or breaks is followed by the next one, which misses
 * and repeats nothing. Loop in a try-with-resources block: leaving it cancels the call. close() may
 * come from any thread.
 *
 * @param <T> what the loop is over
 */
public final class PatientStream<T> implements Iterable<T>, Iterator<T>, AutoCloseable {
  private static final int MAX_FAILURES = 10; // one after the other, without bringing anything
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500); // doubled each time
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Function<Duration, MessageStream<Optional<T>>> start;
  private final Predicate<InferwireException> goesOn;
  private final long end; // System.nanoTime()
  private final boolean ends;
  private volatile MessageStream<Optional<T>> stream;
  private volatile boolean closed;
  private T next;
  private int failures;

  /** Empty are the messages that the loop is not for. */
  PatientStream(Supplier<MessageStream<Optional<T>>> start) {
    this(left -> start.get(), null, failure -> true);
  }

  /**
   * start is told how long the next one may take; timeout: for all of it, null: as long as it takes;
   * goesOn may say that none follows.
   */
  PatientStream(
      Function<Duration, MessageStream<Optional<T>>> start, Duration timeout,
      Predicate<InferwireException> goesOn) {
    this.start = start;
    this.goesOn = goesOn;
    this.ends = timeout != null;
    this.end = System.nanoTime() + (ends ? timeout.toNanos() : 0);
    this.stream = start.apply(timeout);
  }

  /** Blocks until there is a next element or nothing more will come. */
  @Override
  public boolean hasNext() {
    while (next == null) {
      try {
        if (!stream.hasNext()) {
          return false;
        }
        next = stream.next().orElse(null);
        failures = 0;
      } catch (InferwireException e) {
        pauseAfter(e);
        stream = start.apply(left());
        if (closed) { // in between
          stream.close();
        }
      }
    }
    return true;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T element = next;
    next = null;
    return element;
  }

  @Override
  public Iterator<T> iterator() {
    return this;
  }

  @Override
  public void close() {
    closed = true;
    stream.close();
  }

  private Duration left() {
    return ends ? Duration.ofNanos(Math.max(0, end - System.nanoTime())) : null;
  }

  private void pauseAfter(InferwireException failure) {
    if (closed || (ends && left().isZero()) || !goesOn.test(failure)) {
      throw failure;
    }
    Duration pause = FIRST_PAUSE;
    // A stream that the gateway ended in its time is no failure.
    if (failure.code() != Status.Code.DEADLINE_EXCEEDED) {
      if (failure.code() != Status.Code.UNAVAILABLE || ++failures > MAX_FAILURES) {
        throw failure;
      }
      pause = failure.retryAfter().orElse(FIRST_PAUSE.multipliedBy(1L << (failures - 1)));
    }
    long most = ends ? left().toMillis() : Long.MAX_VALUE;
    try {
      Thread.sleep(Math.min(most, Math.min(pause.toMillis(), LONGEST_PAUSE.toMillis())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}
