package io.inferwire.client;

import io.grpc.ClientCall;
import io.inferwire.v1.Batch;
import io.inferwire.v1.BatchHeader;
import io.inferwire.v1.BatchItem;
import io.inferwire.v1.BatchesServiceGrpc;
import io.inferwire.v1.CancelBatchRequest;
import io.inferwire.v1.ChatCompletionParams;
import io.inferwire.v1.CreateBatchRequest;
import io.inferwire.v1.CreateBatchResponse;
import io.inferwire.v1.DeleteBatchRequest;
import io.inferwire.v1.EmbeddingParams;
import io.inferwire.v1.GetBatchRequest;
import io.inferwire.v1.ImageEditParams;
import io.inferwire.v1.ImageParams;
import io.inferwire.v1.ListBatchesRequest;
import io.inferwire.v1.ListBatchesResponse;
import io.inferwire.v1.ModerationParams;
import io.inferwire.v1.ResponseParams;
import io.inferwire.v1.StreamBatchResultsRequest;
import io.inferwire.v1.StreamBatchResultsResponse;
import io.inferwire.v1.TextCompletionParams;
import io.inferwire.v1.WatchBatchRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Any number of requests, worked off within a day at the batch price: InferwireClient.batches().
 * Thread-safe. Every method throws InferwireException if its call fails.
 */
public final class Batches {
  private final InferwireClient client;

  Batches(InferwireClient client) {
    this.client = client;
  }

  /**
   * Whether nothing changes any more: every item has its result.
   *
   * @param batch as get, list or watch gave it
   * @return true if it is completed, failed, expired or cancelled
   */
  public static boolean hasEnded(Batch batch) {
    return batch.getStateValue() > Batch.State.STATE_CANCELLING_VALUE;
  }

  /**
   * A batch of chats, by the client's model. Each prompt's place in the list, from 0, is the customId
   * of its result.
   *
   * @param requestId 1 to 128 bytes; the same one with the same prompts finds the batch that there is,
   *     with others it is refused (ALREADY_EXISTS). Empty: a new batch, whatever was there
   * @param prompts at least one
   * @return the batch, whose getBatchId() the other methods take
   */
  public Batch create(String requestId, List<String> prompts) {
    Iterable<BatchItem> items =
        () ->
            IntStream.range(0, prompts.size())
                .mapToObj(place -> item(String.valueOf(place), Prompt.of(prompts.get(place))))
                .iterator();
    return create(requestId, items);
  }

  /**
   * A batch of items of any one endpoint, as the item methods make them.
   *
   * @param requestId as for prompts
   * @param items at least one; each is asked for when it can be sent, so that none has to be kept
   * @return the batch, whose getBatchId() the other methods take
   */
  public Batch create(String requestId, Iterable<BatchItem> items) {
    BatchHeader header = BatchHeader.newBuilder().setRequestId(requestId).build();
    return create(header, items, CallSettings.defaults()).getBatch();
  }

  /**
   * A batch with everything that a header can say. With a request_id in it, the same items may be sent
   * again after any failure: there will be one batch.
   *
   * @param header a default one if there is nothing to say
   * @param items none if the header names an input file; each is asked for when it can be sent
   * @param settings the timeout is for sending all items
   * @return the batch, and whether it was there before
   */
  public CreateBatchResponse create(BatchHeader header, Iterable<BatchItem> items, CallSettings settings) {
    Iterator<BatchItem> left = items.iterator();
    CreateBatchRequest first = CreateBatchRequest.newBuilder().setHeader(header).build();
    ClientCall<CreateBatchRequest, CreateBatchResponse> call =
        client.callWithLongRequest(BatchesServiceGrpc.getCreateBatchMethod(), settings, client.options().timeout());
    return Uploads.send(
        call, first, () -> left.hasNext() ? CreateBatchRequest.newBuilder().setItem(left.next()).build() : null);
  }

  /**
   * A chat as an item, by the client's model if the prompt names none.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param prompt what the model is asked
   * @return an item for create
   */
  public BatchItem item(String customId, Prompt prompt) {
    return item(customId, prompt.params(client.options().model()));
  }

  /**
   * A chat as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params as of CompleteRequest, with a model
   * @return an item for create
   */
  public BatchItem item(String customId, ChatCompletionParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setChatCompletion(params).build();
  }

  /**
   * A response as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params as of CreateResponseRequest, with a model and without background
   * @return an item for create
   */
  public BatchItem item(String customId, ResponseParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setResponse(params).build();
  }

  /**
   * Embeddings as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params as of EmbedRequest, with a model
   * @return an item for create
   */
  public BatchItem item(String customId, EmbeddingParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setEmbedding(params).build();
  }

  /**
   * The continuation of a text as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params as of CompleteTextRequest, with a model
   * @return an item for create
   */
  public BatchItem item(String customId, TextCompletionParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setTextCompletion(params).build();
  }

  /**
   * A moderation as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params as of ModerateRequest, with a model
   * @return an item for create
   */
  public BatchItem item(String customId, ModerationParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setModeration(params).build();
  }

  /**
   * Images to be drawn as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params as of GenerateImagesRequest, with a model
   * @return an item for create
   */
  public BatchItem item(String customId, ImageParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setImageGeneration(params).build();
  }

  /**
   * Images to be edited as an item.
   *
   * @param customId of its result: 1 to 128 bytes, unique in the batch
   * @param params with a model, and with the images' URLs or file ids: a batch uploads none
   * @return an item for create
   */
  public BatchItem item(String customId, ImageEditParams params) {
    return BatchItem.newBuilder().setCustomId(customId).setImageEdit(params).build();
  }

  /**
   * How far a batch is.
   *
   * @param batchId the gateway's
   * @return the batch as it is now, with its shards
   */
  public Batch get(String batchId) {
    GetBatchRequest request = GetBatchRequest.newBuilder().setBatchId(batchId).build();
    return client.look(BatchesServiceGrpc.getGetBatchMethod(), request).getBatch();
  }

  /**
   * The caller's batches, the youngest first, page after page.
   *
   * @return a loop over them asks for the pages; they are without their shards
   */
  public Iterable<Batch> list() {
    return Pages.of(
        token -> {
          ListBatchesRequest request = ListBatchesRequest.newBuilder().setPageToken(token).build();
          return client.look(BatchesServiceGrpc.getListBatchesMethod(), request);
        },
        ListBatchesResponse::getBatchesList,
        ListBatchesResponse::getNextPageToken);
  }

  /**
   * Ends a batch early. Items that are done keep their results, every other ends as cancelled; without
   * effect on a batch that has ended.
   *
   * @param batchId the gateway's
   * @return the batch, which may still be cancelling
   */
  public Batch cancel(String batchId) {
    CancelBatchRequest request = CancelBatchRequest.newBuilder().setBatchId(batchId).build();
    return client.look(BatchesServiceGrpc.getCancelBatchMethod(), request).getBatch();
  }

  /**
   * Forgets a batch that has ended: its items, its results, and the gateway's files at the upstream.
   * One that has not ended is refused (WRONG_STATE).
   *
   * @param batchId the gateway's
   */
  public void delete(String batchId) {
    DeleteBatchRequest request = DeleteBatchRequest.newBuilder().setBatchId(batchId).build();
    client.look(BatchesServiceGrpc.getDeleteBatchMethod(), request);
  }

  /**
   * The batch as it is, then at each change, until it has ended, however long that takes.
   *
   * @param batchId the gateway's
   * @return a stream that goes on by itself when a connection ends
   */
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
   * Each result exactly once, in the order in which they came. It stays until the batch has ended.
   *
   * @param batchId the gateway's
   * @param offset results to skip: 0, or message().getNextOffset() of the last one that is here already
   * @return a stream that goes on by itself when a connection ends
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
