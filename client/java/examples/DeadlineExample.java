import io.inferwire.client.CallSettings;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.Prompt;
import java.time.Duration;

/** An answer within two seconds, or none. */
public class DeadlineExample {
  public static void main(String[] args) {
    var settings = CallSettings.timeout(Duration.ofSeconds(2));
    try (var client = InferwireClient.connect()) {
      System.out.println(client.complete(Prompt.of("Why is the sky blue?"), settings).text());
    } catch (InferwireException e) {
      System.out.println("no answer: " + e.reason());
    }
  }
}
