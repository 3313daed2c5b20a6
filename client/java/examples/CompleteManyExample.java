import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.Many;
import io.inferwire.v1.CompleteManyItem;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A hundred questions on one stream, at most 16 at a time; one failure ends no other. */
public class CompleteManyExample {
  private static CompleteManyItem question(int n) {
    return CompleteManyItem.newBuilder()
        .setItemId(String.valueOf(n))
        .setParams(
            InferwireClient.ask("What is the square of " + n + "?", InferwireClient.DEFAULT_MODEL))
        .build();
  }

  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("INFERWIRE_SERVER", "localhost:50051");
    Stream<CompleteManyItem> questions =
        IntStream.range(0, 100).mapToObj(CompleteManyExample::question);
    Many.Options options =
        Many.Options.maxInFlight(16)
            .withProgress(
                p -> System.err.printf("%d done, %d running%n", p.finished(), p.inFlight()));
    try (InferwireClient client = InferwireClient.connect(server);
        Many many = client.completeMany(questions::iterator, options)) {
      for (Many.Result result : many) {
        String outcome = result.error().map(InferwireException::getMessage).orElseGet(result::text);
        System.out.println(result.itemId() + " " + outcome);
      }
    }
  }
}
