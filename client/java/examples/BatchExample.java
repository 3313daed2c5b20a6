import io.inferwire.client.BatchItemResult;
import io.inferwire.client.CallSettings;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.v1.Batch;
import io.inferwire.v1.BatchHeader;
import io.inferwire.v1.BatchItem;
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
            InferwireClient.ask("What is the square of " + n + "?", InferwireClient.DEFAULT_MODEL))
        .build();
  }

  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("INFERWIRE_SERVER", "localhost:50051");
    Stream<BatchItem> questions = IntStream.range(0, 20).mapToObj(BatchExample::question);
    BatchHeader header = BatchHeader.newBuilder().setRequestId("example-java").build();
    try (InferwireClient client = InferwireClient.connect(server)) {
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
          String outcome = result.error().map(InferwireException::getMessage).orElseGet(result::text);
          System.out.println(result.customId() + " " + outcome);
        }
      }
    }
  }
}
