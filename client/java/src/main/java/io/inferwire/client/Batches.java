package io.inferwire.client;

import io.grpc.ClientCall;
import io.inferwire.v1.Batch;
import io.inferwire.v1.BatchHeader;
import io.inferwire.v1.BatchItem;
import io.inferwire.v1.BatchesServiceGrpc;
import io.inferwire.v1.CancelBatchRequest;
import io.inferwire.v1.CreateBatchRequest;
import io.inferwire.v1.CreateBatchResponse;
import io.inferwire.v1.DeleteBatchRequest;
import io.inferwire.v1.GetBatchRequest;
import io.inferwire.v1.ListBatchesRequest;
import io.inferwire.v1.ListBatchesResponse;
import io.inferwire.v1.StreamBatchResultsRequest;
import io.inferwire.v1.StreamBatchResultsResponse;
import io.inferwire.v1.WatchBatchRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Any number of requests, worked off within a day at the batch price: InferwireClient.batches(). */
public final class Batches {
  private final InferwireClient client;

  Batches(InferwireClient client) {
    this.client = client;
  }

  /** Nothing changes any more. */
  public static boolean hasEnded(Batch batch) {
    return batch.getStateValue() > Batch.State.STATE_CANCELLING_VALUE;
  }

  /**
   * Each prompt's place in the list is the customId of its result. The same requestId again finds the
   * batch that there is.
   */
  public Batch create(String requestId, List<String> prompts) {
    Iterable<BatchItem> items =
        () ->
            IntStream.range(0, prompts.size())
                .mapToObj(
                    place ->
                        BatchItem.newBuilder()
                            .setCustomId(String.valueOf(place))
                            .setChatCompletion(Prompt.of(prompts.get(place)).params(client.options().model()))
                            .build())
                .iterator();
    BatchHeader header = BatchHeader.newBuilder().setRequestId(requestId).build();
    return create(header, items, CallSettings.defaults()).getBatch();
  }

  /**
   * With a request_id in the header, the same items may be sent again after any failure: there will
   * be one batch.
   */
  public CreateBatchResponse create(BatchHeader header, Iterable<BatchItem> items, CallSettings settings) {
    Iterator<BatchItem> left = items.iterator();
    CreateBatchRequest first = CreateBatchRequest.newBuilder().setHeader(header).build();
    ClientCall<CreateBatchRequest, CreateBatchResponse> call =
        client.callWithLongRequest(BatchesServiceGrpc.getCreateBatchMethod(), settings, client.options().timeout());
    return Uploads.send(
        call, first, () -> left.hasNext() ? CreateBatchRequest.newBuilder().setItem(left.next()).build() : null);
  }

  public Batch get(String batchId) {
    GetBatchRequest request = GetBatchRequest.newBuilder().setBatchId(batchId).build();
    return client.look(BatchesServiceGrpc.getGetBatchMethod(), request).getBatch();
  }

  /** The youngest first, page after page. */
  public Iterable<Batch> list() {
    return Pages.of(
        token -> {
          ListBatchesRequest request = ListBatchesRequest.newBuilder().setPageToken(token).build();
          return client.look(BatchesServiceGrpc.getListBatchesMethod(), request);
        },
        ListBatchesResponse::getBatchesList,
        ListBatchesResponse::getNextPageToken);
  }

  /** Items that are done keep their results. */
  public Batch cancel(String batchId) {
    CancelBatchRequest request = CancelBatchRequest.newBuilder().setBatchId(batchId).build();
    return client.look(BatchesServiceGrpc.getCancelBatchMethod(), request).getBatch();
  }

  /** Of a batch that has ended: its items, its results, and its files at the upstream. */
  public void delete(String batchId) {
    DeleteBatchRequest request = DeleteBatchRequest.newBuilder().setBatchId(batchId).build();
    client.look(BatchesServiceGrpc.getDeleteBatchMethod(), request);
  }

  /** The batch as it is, then at each change, until it has ended. */
  public PatientStream<Batch> watch(String batchId) {
    WatchBatchRequest request = WatchBatchRequest.newBuilder().setBatchId(batchId).build();
    return new PatientStream<>(
        () ->
            client.read(
                BatchesServiceGrpc.getWatchBatchMethod(),
                request,
                CallSettings.defaults(),
                message -> message.hasBatch() ? Optional.of(message.getBatch()) : Optional.empty(),
                message -> message.hasBatch() && hasEnded(message.getBatch())));
  }

  /**
   * Each result exactly once, from offset on (message().getNextOffset() of the last one that is here
   * already). It stays until the batch has ended.
   */
  public PatientStream<BatchItemResult> results(String batchId, long offset) {
    AtomicLong from = new AtomicLong(offset);
    StreamBatchResultsRequest.Builder request =
        StreamBatchResultsRequest.newBuilder().setBatchId(batchId).setFollow(true);
    return new PatientStream<>(
        () ->
            client.read(
                BatchesServiceGrpc.getStreamBatchResultsMethod(),
                request.setOffset(from.get()).build(),
                CallSettings.defaults(),
                message -> {
                  if (!message.hasResult()) {
                    return Optional.empty();
                  }
                  from.set(message.getResult().getNextOffset());
                  return Optional.of(new BatchItemResult(message.getResult()));
                },
                StreamBatchResultsResponse::hasEnd));
  }
}
