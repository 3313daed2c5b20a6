import io.inferwire.client.Event;
import io.inferwire.client.InferwireClient;

/** A story, until there is enough of it: leaving the block ends it upstream, too. */
public class CancelExample {
  public static void main(String[] args) {
    try (var client = InferwireClient.connect();
        var stream = client.stream("Tell me a long story.")) {
      for (Event event : stream) {
        System.out.print(event.text());
        if (stream.text().length() > 100) {
          break;
        }
      }
    }
  }
}
