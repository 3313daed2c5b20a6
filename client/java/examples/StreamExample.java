import io.inferwire.client.Event;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;

/** Tokens as they arrive; leaving the block cancels the call, here and upstream. */
public class StreamExample {
  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("INFERWIRE_SERVER", "localhost:50051");
    // [rosetta]
    try (var client = InferwireClient.connect(server);
        var stream = client.stream("Why is the sky blue?")) {
      for (Event event : stream) {
        System.out.print(event.text());
      }
    } catch (InferwireException e) {
      System.err.printf("%s, retry is safe: %b: %s%n", e.reason(), e.retryable(), e.getMessage());
      System.exit(1);
    }
    // [rosetta]
  }
}
