package io.inferwire.client;

import io.grpc.ClientCall;
import io.grpc.Status;
import io.inferwire.v1.CallOptions;
import io.inferwire.v1.ChatCompletion;
import io.inferwire.v1.CompleteManyCancel;
import io.inferwire.v1.CompleteManyChunk;
import io.inferwire.v1.CompleteManyConfig;
import io.inferwire.v1.CompleteManyItem;
import io.inferwire.v1.CompleteManyRequest;
import io.inferwire.v1.CompleteManyResponse;
import io.inferwire.v1.CompleteManyResult;
import io.inferwire.v1.CompleteManySummary;
import io.inferwire.v1.GatewayInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Many independent requests over one stream: loop over the results, which come as they end, in a
 * try-with-resources block; leaving it cancels what is running. If the stream itself breaks, the
 * exception names in unfinished() every item that was sent and not answered.
 */
public final class Many implements Iterable<Many.Result>, Iterator<Many.Result>, AutoCloseable {
  /**
   * How many requests run at a time, and who is told of it. Both handlers are called by the loop,
   * one after the other.
   *
   * @param maxInFlight items running at the same time; 0: the server's limit, which also caps it
   * @param streamChunks whether every item's chunks come as they are made, to onChunk
   * @param defaultOptions of items that have none of their own
   * @param onProgress called with each result, before the loop has it
   * @param onChunk called with each chunk, if streamChunks
   */
  public record Options(
      int maxInFlight,
      boolean streamChunks,
      CallOptions defaultOptions,
      Consumer<Progress> onProgress,
      Consumer<CompleteManyChunk> onChunk) {
    /**
     * Without handlers and chunks.
     *
     * @param most items running at the same time; 0: the server's limit, which also caps it
     * @return to be changed by the other methods
     */
    public static Options maxInFlight(int most) {
      return new Options(most, false, CallOptions.getDefaultInstance(), p -> {}, c -> {});
    }

    /**
     * Tells of each result.
     *
     * @param handler called by the loop, before it has the result
     * @return a copy
     */
    public Options withProgress(Consumer<Progress> handler) {
      return new Options(maxInFlight, streamChunks, defaultOptions, handler, onChunk);
    }

    /**
     * Brings every item's chunks as they come.
     *
     * @param handler called by the loop
     * @return a copy
     */
    public Options withChunks(Consumer<CompleteManyChunk> handler) {
      return new Options(maxInFlight, true, defaultOptions, onProgress, handler);
    }

    /**
     * What the gateway is to do with items that say nothing themselves.
     *
     * @param options e.g. how often it may retry
     * @return a copy
     */
    public Options withDefaultOptions(CallOptions options) {
      return new Options(maxInFlight, streamChunks, options, onProgress, onChunk);
    }
  }

  /**
   * How many items are where.
   *
   * @param sent to the gateway so far
   * @param succeeded have a completion
   * @param failed have an error, but for cancelled ones
   * @param cancelled by cancelItem
   * @param inFlight sent and not answered
   * @param maxInFlight what the server granted; 0 before it has
   */
  public record Progress(
      long sent, long succeeded, long failed, long cancelled, int inFlight, int maxInFlight) {
    /**
     * How many have a result.
     *
     * @return succeeded, failed and cancelled ones
     */
    public long finished() {
      return succeeded + failed + cancelled;
    }
  }

  /**
   * The one answer of an item. An item's error is its result; the others go on.
   *
   * @param itemId whose it is
   * @param completion without choices if there is an error
   * @param error empty: it has succeeded
   * @param gateway request id, upstream, cost, ...
   */
  public record Result(
      String itemId, ChatCompletion completion, Optional<InferwireException> error, GatewayInfo gateway) {
    /**
     * What the model wrote.
     *
     * @return of the first choice; empty if there is an error
     */
    public String text() {
      return InferwireClient.text(completion);
    }

    /**
     * What the item cost.
     *
     * @return in US dollars, exact; empty: not priced
     */
    public Optional<BigDecimal> cost() {
      return InferwireClient.dollars(gateway.getCost());
    }
  }

  private final Options options;
  private final ClientCall<CompleteManyRequest, CompleteManyResponse> call;
  private final MessageStream<CompleteManyResponse> stream;
  private Result next;

  // Guarded by this. An id may be open twice: to find that out is the server's part.
  private final Map<String, Integer> open = new TreeMap<>();
  private Progress progress = new Progress(0, 0, 0, 0, 0, 0);
  private CompleteManySummary summary;
  private boolean closed;
  private RuntimeException producerError;

  Many(
      ClientCall<CompleteManyRequest, CompleteManyResponse> call,
      Iterator<CompleteManyItem> items,
      Options options) {
    this.call = call;
    this.options = options;
    CompleteManyConfig config =
        CompleteManyConfig.newBuilder()
            .setMaxInFlight(options.maxInFlight)
            .setStreamChunks(options.streamChunks)
            .setDefaultOptions(options.defaultOptions)
            .build();
    stream =
        MessageStream.open(
            call,
            started -> started.sendMessage(CompleteManyRequest.newBuilder().setConfig(config).build()),
            message -> message,
            CompleteManyResponse::hasSummary);
    // A thread of its own: a slow producer must delay neither results nor a cancel.
    Thread feeder = new Thread(() -> feed(items), "inferwire-items");
    feeder.setDaemon(true);
    feeder.start();
  }

  /**
   * How far it is. From any thread.
   *
   * @return as of now
   */
  public synchronized Progress progress() {
    return progress;
  }

  /**
   * The server's own count.
   *
   * @return empty before the end of the loop
   */
  public synchronized Optional<CompleteManySummary> summary() {
    return Optional.ofNullable(summary);
  }

  /**
   * Ends one item, from any thread: its result will be CANCELLED, unless it was answered already.
   *
   * @param itemId one that is not known is ignored
   */
  public synchronized void cancelItem(String itemId) {
    if (!closed && open.containsKey(itemId)) {
      call.sendMessage(
          CompleteManyRequest.newBuilder()
              .setCancel(CompleteManyCancel.newBuilder().setItemId(itemId))
              .build());
    }
  }

  /** Blocks until there is a next result or the stream has ended. */
  @Override
  public boolean hasNext() {
    try {
      while (next == null && stream.hasNext()) {
        onMessage(stream.next());
      }
    } catch (InferwireException e) {
      synchronized (this) {
        closed = true;
        notifyAll();
        if (producerError != null) {
          throw producerError;
        }
        throw e.withUnfinished(unfinished());
      }
    }
    return next != null;
  }

  @Override
  public Result next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Result result = next;
    next = null;
    return result;
  }

  @Override
  public Iterator<Result> iterator() {
    return this;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    stream.close();
  }

  private void onMessage(CompleteManyResponse message) {
    Progress now;
    synchronized (this) {
      switch (message.getEventCase()) {
        case READY ->
            progress =
                new Progress(0, 0, 0, 0, 0, Math.max(message.getReady().getMaxInFlight(), 1));
        case RESULT -> count(message.getResult());
        case SUMMARY -> summary = message.getSummary();
        default -> {}
      }
      notifyAll();
      now = progress;
    }
    if (message.hasChunk()) {
      options.onChunk.accept(message.getChunk());
    }
    if (message.hasResult()) {
      options.onProgress.accept(now);
      CompleteManyResult result = message.getResult();
      Optional<InferwireException> error =
          result.hasError()
              ? Optional.of(InferwireException.fromRpcStatus(result.getError()))
              : Optional.empty();
      next = new Result(result.getItemId(), result.getCompletion(), error, result.getGateway());
    }
  }

  private void count(CompleteManyResult result) {
    int inFlight = progress.inFlight;
    if (open.containsKey(result.getItemId())) {
      open.computeIfPresent(result.getItemId(), (id, count) -> count == 1 ? null : count - 1);
      inFlight--;
    }
    boolean failed = result.hasError();
    boolean cancelled = failed && result.getError().getCode() == Status.Code.CANCELLED.value();
    progress =
        new Progress(
            progress.sent,
            progress.succeeded + (failed ? 0 : 1),
            progress.failed + (failed && !cancelled ? 1 : 0),
            progress.cancelled + (cancelled ? 1 : 0),
            inFlight,
            progress.maxInFlight);
  }

  private void feed(Iterator<CompleteManyItem> items) {
    try {
      while (mayAsk() && items.hasNext()) {
        CompleteManyItem item = items.next();
        synchronized (this) {
          if (closed) {
            return;
          }
          open.merge(item.getItemId(), 1, Integer::sum);
          progress =
              new Progress(
                  progress.sent + 1, progress.succeeded, progress.failed, progress.cancelled,
                  progress.inFlight + 1, progress.maxInFlight);
          call.sendMessage(CompleteManyRequest.newBuilder().setItem(item).build());
        }
      }
      // Half-closing only after the last answer keeps the way for cancels open.
      synchronized (this) {
        while (!closed && progress.inFlight > 0) {
          wait();
        }
        if (!closed) {
          call.halfClose();
        }
      }
    } catch (InterruptedException e) {
      stream.cancel();
    } catch (RuntimeException e) {
      synchronized (this) {
        producerError = e; // it belongs to whoever loops over the results
      }
      stream.cancel();
    }
  }

  private synchronized boolean mayAsk() throws InterruptedException {
    while (!closed && progress.inFlight >= progress.maxInFlight) {
      wait();
    }
    return !closed;
  }

  private List<String> unfinished() {
    List<String> ids = new ArrayList<>();
    open.forEach((id, count) -> ids.addAll(Collections.nCopies(count, id)));
    return List.copyOf(ids);
  }
}
