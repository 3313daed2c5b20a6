import io.llmgate.client.LlmgateClient;
import io.llmgate.client.LlmgateException;
import io.llmgate.v1.CompleteRequest;
import io.llmgate.v1.CompleteResponse;
import java.util.concurrent.CompletableFuture;

/** One question, one answer: as text, as the typed response, and as a future. */
public class CompleteExample {
  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("LLMGATE_SERVER", "localhost:50051");
    try (LlmgateClient client = LlmgateClient.connect(server)) {
      System.out.println(client.complete("Say hello in five languages."));

      CompleteRequest request =
          CompleteRequest.newBuilder()
              .setParams(LlmgateClient.ask("Why is the sky blue?", "gpt-4.1-mini").setMaxCompletionTokens(50))
              .build();
      CompletableFuture<CompleteResponse> running = client.completeAsync(request);
      CompleteResponse response = running.join();
      System.out.println(LlmgateClient.text(response.getCompletion()));
      System.out.println(
          response.getCompletion().getUsage().getTotalTokens()
              + " tokens, request "
              + response.getGateway().getRequestId());
    } catch (LlmgateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
