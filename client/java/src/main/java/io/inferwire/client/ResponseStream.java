package io.inferwire.client;

import io.inferwire.v1.Response;
import io.inferwire.v1.ResponsesServiceGrpc;
import io.inferwire.v1.StreamResponseRequest;
import io.inferwire.v1.StreamResponseResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A streamed response, for one loop in a try-with-resources block: leaving the block cancels the
 * call; a response in the background goes on at the upstream. text(), response() and the others say
 * what has come so far. Made by InferwireClient.streamResponse.
 */
public final class ResponseStream
    implements Iterable<ResponseStreamEvent>, Iterator<ResponseStreamEvent>, AutoCloseable {
  private final Services client;
  private final CallSettings settings;
  private final Reception reception;
  private final PatientStream<ResponseStreamEvent> events;
  private StreamResponseRequest request;

  ResponseStream(Services client, StreamResponseRequest request, CallSettings settings, Reception reception) {
    this.client = client;
    this.settings = settings;
    this.reception = reception;
    this.request = Services.withKey(request, settings);
    Duration timeout = settings.timeout() == null ? client.options().timeout() : settings.timeout();
    this.events = new PatientStream<>(this::start, timeout, this::goesOnAfter);
  }

  private MessageStream<Optional<ResponseStreamEvent>> start(Duration left) {
    return client.read(
        ResponsesServiceGrpc.getStreamResponseMethod(), request, new CallSettings(left, settings.metadata()),
        message -> Optional.of(new ResponseStreamEvent(message)).filter(reception::take),
        StreamResponseResponse::hasCompleted);
  }

  private boolean goesOnAfter(InferwireException failure) {
    boolean goesOn = reception.goesOnAfter(failure);
    if (goesOn) {
      request = reception.resumption();
    }
    return goesOn;
  }

  /**
   * The answer's text, as far as the loop has come.
   *
   * @return never null
   */
  public String text() {
    return reception.text();
  }

  /**
   * The whole response.
   *
   * @return empty before it has ended
   */
  public Optional<Response> response() {
    return Optional.ofNullable(reception.response());
  }

  /**
   * The provider's id of the response.
   *
   * @return empty before it is known
   */
  public String responseId() {
    return reception.responseId();
  }

  /**
   * Where to go on: see InferwireClient.resumeResponse.
   *
   * @return of the last event that has come; empty: none has
   */
  public OptionalLong lastSequenceNumber() {
    return reception.last() == null ? OptionalLong.empty() : OptionalLong.of(reception.last());
  }

  /**
   * The stream behind the last event that has come, after an exception or a loop that was left.
   * Throws InferwireException (NOT_RESUMABLE) if nothing has come.
   *
   * @return its text() begins with what has come before
   */
  public ResponseStream resume() {
    if (!reception.canGoOn()) {
      throw InferwireException.notResumable();
    }
    close();
    return new ResponseStream(client, reception.resumption(), settings.withIdempotencyKey(""), reception);
  }

  /** Blocks until there is a next event or the stream has ended. */
  @Override
  public boolean hasNext() {
    return events.hasNext();
  }

  @Override
  public ResponseStreamEvent next() {
    return events.next();
  }

  @Override
  public Iterator<ResponseStreamEvent> iterator() {
    return this;
  }

  /** From any thread; the loop then ends with CANCELLED. */
  @Override
  public void close() {
    events.close();
  }
}
