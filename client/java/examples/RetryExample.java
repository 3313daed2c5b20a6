import io.inferwire.client.ClientOptions;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;

/** Up to five attempts where a repetition cannot be billed twice; the last failure says what to do. */
public class RetryExample {
  public static void main(String[] args) {
    try (var client = InferwireClient.connect(ClientOptions.defaults().withRetries(5))) {
      System.out.println(client.complete("Why is the sky blue?"));
    } catch (InferwireException e) {
      System.out.println(e.reason() + ", retry is safe: " + e.retryable() + ", after: " + e.retryAfter());
    }
  }
}
