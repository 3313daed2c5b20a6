import io.inferwire.client.InferwireClient;
import io.inferwire.client.Prompt;
import java.nio.file.Path;

/** A question about a picture, which is a file. */
public class ImageExample {
  public static void main(String[] args) {
    try (var client = InferwireClient.connect()) {
      Prompt prompt = Prompt.of("What is in this picture?").image(Path.of(args[0]));
      System.out.println(client.complete(prompt).text());
    }
  }
}
