import io.llmgate.client.Event;
import io.llmgate.client.LlmgateClient;
import io.llmgate.client.LlmgateException;

/** Tokens as they arrive; leaving the block cancels the call, here and upstream. */
public class StreamExample {
  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("LLMGATE_SERVER", "localhost:50051");
    // [rosetta]
    try (var client = LlmgateClient.connect(server);
        var stream = client.stream("Why is the sky blue?")) {
      for (Event event : stream) {
        System.out.print(event.text());
      }
    } catch (LlmgateException e) {
      System.err.printf("%s, retry is safe: %b: %s%n", e.reason(), e.retryable(), e.getMessage());
      System.exit(1);
    }
    // [rosetta]
  }
}
