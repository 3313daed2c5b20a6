import io.inferwire.client.InferwireClient;
import io.inferwire.client.TextEvent;
import io.inferwire.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture, saved as a file, and a text that goes on by a model that knows no chats. */
public class ImagesExample {
  public static void main(String[] args) throws IOException {
    try (var client = InferwireClient.connect();
        var stream = client.streamCompleteText("Once upon a time")) {
      Image image = client.generateImages("A lighthouse at dawn.").get(0);
      Path path = Files.createTempFile("lighthouse", ".png");
      Files.write(path, image.getData().toByteArray());
      System.out.printf("%s %d bytes%n", path, image.getData().size());
      for (TextEvent event : stream) {
        System.out.print(event.text());
      }
    }
  }
}
