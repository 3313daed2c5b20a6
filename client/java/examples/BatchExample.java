import io.inferwire.client.BatchItemResult;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.v1.Batch;
import java.util.stream.IntStream;

/**
 * A batch: created, watched until it has ended, and its results. The request id makes a repetition of
 * this program find the same batch again.
 */
public class BatchExample {
  public static void main(String[] args) {
    var questions = IntStream.range(0, 20).mapToObj(n -> "What is the square of " + n + "?").toList();
    try (var client = InferwireClient.connect()) {
      String id = client.batches().create("example-java", questions).getBatchId();
      for (Batch batch : client.batches().watch(id)) {
        System.out.println(batch.getState() + " " + batch.getCounts().getSucceeded());
      }
      for (BatchItemResult result : client.batches().results(id, 0)) {
        String outcome = result.error().map(InferwireException::getMessage).orElseGet(result::text);
        System.out.println(result.customId() + " " + outcome);
      }
    }
  }
}
