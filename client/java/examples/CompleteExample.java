import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.v1.CompleteRequest;
import io.inferwire.v1.CompleteResponse;
import java.util.concurrent.CompletableFuture;

/** One question, one answer: as text, as the typed response, and as a future. */
public class CompleteExample {
  public static void main(String[] args) {
    String server = System.getenv().getOrDefault("INFERWIRE_SERVER", "localhost:50051");
    try (InferwireClient client = InferwireClient.connect(server)) {
      System.out.println(client.complete("Say hello in five languages."));

      CompleteRequest request =
          CompleteRequest.newBuilder()
              .setParams(InferwireClient.ask("Why is the sky blue?", "gpt-4.1-mini").setMaxCompletionTokens(50))
              .build();
      CompletableFuture<CompleteResponse> running = client.completeAsync(request);
      CompleteResponse response = running.join();
      System.out.println(InferwireClient.text(response.getCompletion()));
      System.out.println(
          response.getCompletion().getUsage().getTotalTokens()
              + " tokens, request "
              + response.getGateway().getRequestId());
    } catch (InferwireException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
