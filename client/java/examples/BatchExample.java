import io.llmgate.client.BatchItemResult;
import io.llmgate.client.CallSettings;
import io.llmgate.client.LlmgateClient;
import io.llmgate.client.LlmgateException;
import io.llmgate.v1.Batch;
import io.llmgate.v1.BatchHeader;
import io.llmgate.v1.BatchItem;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A batch: created, watched until it has ended, and its results. The request id makes a repetition of
 * this program find the same batch again.
 */
public class BatchExample {
  private static BatchItem question(int n) {
    return BatchItem.newBuilder()
        .setCustomId(String.valueOf(n))
        .setChatCompletion(
            LlmgateClient.ask("What is the square of " + n + "?", LlmgateClient.DEFAULT_MODEL))
        .build();
  }

  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("LLMGATE_SERVER", "localhost:50051");
    Stream<BatchItem> questions = IntStream.range(0, 20).mapToObj(BatchExample::question);
    BatchHeader header = BatchHeader.newBuilder().setRequestId("example-java").build();
    try (LlmgateClient client = LlmgateClient.connect(server)) {
      String id =
          client
              .batches()
              .create(header, questions::iterator, CallSettings.defaults())
              .getBatch()
              .getBatchId();
      try (var changes = client.batches().watch(id)) {
        for (Batch batch : changes) {
          System.out.printf(
              "%s %d of %d%n",
              batch.getState(), batch.getCounts().getSucceeded(), batch.getCounts().getTotal());
        }
      }
      try (var results = client.batches().results(id, 0)) {
        for (BatchItemResult result : results) {
          String outcome = result.error().map(LlmgateException::getMessage).orElseGet(result::text);
          System.out.println(result.customId() + " " + outcome);
        }
      }
    }
  }
}
