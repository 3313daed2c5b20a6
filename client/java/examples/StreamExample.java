import io.inferwire.client.Event;
import io.inferwire.client.InferwireClient;

/** Tokens as they arrive; leaving the block cancels the call, here and upstream. */
public class StreamExample {
  public static void main(String[] args) {
    // [rosetta]
    try (var client = InferwireClient.connect();
        var stream = client.stream("Why is the sky blue?")) {
      for (Event event : stream) {
        System.out.print(event.text());
      }
    }
    // [rosetta]
  }
}
