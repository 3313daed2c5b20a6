package io.inferwire.client;

import io.grpc.ClientCall;
import io.inferwire.v1.StreamCompleteRequest;
import io.inferwire.v1.StreamCompleteResponse;
import io.inferwire.v1.StreamCompleted;
import java.math.BigDecimal;
import java.util.Optional;

/** A streamed completion: a MessageStream that knows what has come of it so far. */
public final class ChatStream extends MessageStream<Event> {
  private final StringBuilder text = new StringBuilder();
  private StreamCompleted completed;

  ChatStream(ClientCall<StreamCompleteRequest, StreamCompleteResponse> call, StreamCompleteRequest request) {
    super(
        call,
        begun -> {
          begun.sendMessage(request);
          begun.halfClose();
        },
        Event::new,
        StreamCompleteResponse::hasCompleted);
  }

  @Override
  public Event next() {
    Event event = super.next();
    text.append(event.text());
    completed = event.completed().orElse(completed);
    return event;
  }

  /**
   * The text of the first choice, as far as the loop has come: all of it behind the loop.
   *
   * @return never null
   */
  public String text() {
    return text.toString();
  }

  /**
   * Usage, gateway info and, if asked for, the whole answer.
   *
   * @return empty before the last event
   */
  public Optional<StreamCompleted> completed() {
    return Optional.ofNullable(completed);
  }

  /**
   * What the call cost, behind the loop.
   *
   * @return in US dollars, exact; empty: not priced
   */
  public Optional<BigDecimal> cost() {
    return completed().flatMap(end -> InferwireClient.dollars(end.getGateway().getCost()));
  }
}
