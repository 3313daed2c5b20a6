import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.inferwire.client.BatchItemResult;
import io.inferwire.client.Batches;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.Prompt;
import io.inferwire.v1.Batch;
import io.inferwire.v1.BatchItem;
import io.inferwire.v1.BatchResult;
import io.inferwire.v1.BatchResultsEnd;
import io.inferwire.v1.BatchesServiceGrpc;
import io.inferwire.v1.ChatCompletion;
import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.Choice;
import io.inferwire.v1.Cost;
import io.inferwire.v1.CreateBatchRequest;
import io.inferwire.v1.CreateBatchResponse;
import io.inferwire.v1.Embedding;
import io.inferwire.v1.EmbeddingParams;
import io.inferwire.v1.EmbeddingResult;
import io.inferwire.v1.Image;
import io.inferwire.v1.ImageEditParams;
import io.inferwire.v1.ImageParams;
import io.inferwire.v1.ImageResult;
import io.inferwire.v1.Moderation;
import io.inferwire.v1.ModerationParams;
import io.inferwire.v1.ModerationResult;
import io.inferwire.v1.Response;
import io.inferwire.v1.ResponseParams;
import io.inferwire.v1.StreamBatchResultsRequest;
import io.inferwire.v1.StreamBatchResultsResponse;
import io.inferwire.v1.TextChoice;
import io.inferwire.v1.TextCompletion;
import io.inferwire.v1.TextCompletionParams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Batches of every endpoint: what is sent, and how the results are read. */
final class BatchesCheck {
  /** Answers each item of the last batch as its endpoint does; "none" fails. */
  static final class Service extends BatchesServiceGrpc.BatchesServiceImplBase {
    private final List<BatchItem> items = Collections.synchronizedList(new ArrayList<>());

    @Override
    public StreamObserver<CreateBatchRequest> createBatch(StreamObserver<CreateBatchResponse> to) {
      items.clear();
      return new StreamObserver<>() {
        @Override
        public void onNext(CreateBatchRequest request) {
          if (request.hasItem()) {
            items.add(request.getItem());
          }
        }

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onCompleted() {
          to.onNext(CreateBatchResponse.newBuilder().setBatch(Batch.newBuilder().setBatchId("batch_1")).build());
          to.onCompleted();
        }
      };
    }

    @Override
    public void streamBatchResults(
        StreamBatchResultsRequest request, StreamObserver<StreamBatchResultsResponse> to) {
      for (BatchItem item : items) {
        to.onNext(StreamBatchResultsResponse.newBuilder().setResult(answer(item)).build());
      }
      to.onNext(StreamBatchResultsResponse.newBuilder().setEnd(BatchResultsEnd.getDefaultInstance()).build());
      to.onCompleted();
    }

    private static BatchResult.Builder answer(BatchItem item) {
      BatchResult.Builder result = BatchResult.newBuilder().setCustomId(item.getCustomId());
      return switch (item.getBodyCase()) {
        case CHAT_COMPLETION -> {
          var said = ChatMessage.newBuilder().setContent("by " + item.getChatCompletion().getModel());
          yield result
              .setCost(Cost.newBuilder().setTotalPicousd(5))
              .setChatCompletion(ChatCompletion.newBuilder().addChoices(Choice.newBuilder().setMessage(said)));
        }
        case RESPONSE -> result.setResponse(Response.newBuilder().setOutputText("a response"));
        case TEXT_COMPLETION ->
            result.setTextCompletion(TextCompletion.newBuilder().addChoices(TextChoice.newBuilder().setText("on")));
        case EMBEDDING ->
            result.setEmbedding(
                EmbeddingResult.newBuilder()
                    .addEmbeddings(Embedding.newBuilder().setIndex(1).addValues(2))
                    .addEmbeddings(Embedding.newBuilder().setIndex(0).addValues(1)));
        case MODERATION ->
            result.setModeration(Moderation.newBuilder().addResults(ModerationResult.newBuilder().setFlagged(true)));
        case IMAGE_GENERATION, IMAGE_EDIT ->
            result.setImage(ImageResult.newBuilder().addImages(Image.newBuilder().setUrl(item.getBodyCase().name())));
        default ->
            result.setError(com.google.rpc.Status.newBuilder().setCode(Status.Code.INVALID_ARGUMENT.value()));
      };
    }
  }

  private BatchesCheck() {}

  private static void must(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(String.valueOf(what));
    }
  }

  private static Map<String, BatchItemResult> results(Batches batches, String id) {
    Map<String, BatchItemResult> results = new HashMap<>();
    try (var stream = batches.results(id, 0)) {
      stream.forEach(result -> results.put(result.customId(), result));
    }
    return results;
  }

  static void check(InferwireClient client) {
    Batches batches = client.batches();
    List<BatchItem> items =
        List.of(
            batches.item("chat", Prompt.of("Hi")),
            batches.item("named", Prompt.of("Hi").model("a-model").params()),
            batches.item("response", ResponseParams.newBuilder().setInput("Hi").build()),
            batches.item("text", TextCompletionParams.newBuilder().addPrompt("Hi").build()),
            batches.item("embedding", EmbeddingParams.newBuilder().addInput("a").addInput("b").build()),
            batches.item("moderation", ModerationParams.newBuilder().addInput("bad").build()),
            batches.item("image", ImageParams.newBuilder().setPrompt("a dog").build()),
            batches.item("edit", ImageEditParams.newBuilder().setPrompt("a hat").build()),
            BatchItem.newBuilder().setCustomId("none").build());
    Map<String, BatchItemResult> results = results(batches, batches.create("", items).getBatchId());
    must(results.size() == items.size(), results);
    must(results.get("chat").text().equals("by " + InferwireClient.DEFAULT_MODEL), results.get("chat"));
    must(results.get("chat").cost().orElseThrow().toPlainString().equals("0.000000000005"), results.get("chat"));
    must(results.get("named").text().equals("by a-model"), results.get("named"));
    must(results.get("response").text().equals("a response"), results.get("response"));
    must(results.get("text").text().equals("on") && results.get("text").cost().isEmpty(), results.get("text"));
    must(results.get("embedding").vectors().get(0)[0] == 1 && results.get("embedding").text().isEmpty(), "vectors");
    must(results.get("moderation").moderations().get(0).getFlagged(), results.get("moderation"));
    must(results.get("image").images().get(0).getUrl().equals("IMAGE_GENERATION"), results.get("image"));
    must(results.get("edit").images().get(0).getUrl().equals("IMAGE_EDIT"), results.get("edit"));
    must(results.get("none").error().orElseThrow().code() == Status.Code.INVALID_ARGUMENT, results.get("none"));
    must(results.get("none").vectors().isEmpty() && results.get("chat").error().isEmpty(), "read alike");
    must(results(batches, batches.create("", List.of("a", "b")).getBatchId()).keySet().size() == 2, "prompts");
  }
}
