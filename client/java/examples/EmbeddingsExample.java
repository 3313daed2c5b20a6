import io.inferwire.client.InferwireClient;
import java.util.List;

/** Which of some texts is nearest in meaning to a question, and whether one may be shown. */
public class EmbeddingsExample {
  public static void main(String[] args) {
    List<String> texts =
        List.of("Cats sleep most of the day.", "The train leaves at nine.", "Bread needs flour and water.");
    try (var client = InferwireClient.connect()) {
      float[] question = client.embed("When do we depart?");
      List<float[]> vectors = client.embed(texts);
      int nearest = 0;
      for (int i = 1; i < texts.size(); ++i) {
        if (product(vectors.get(i), question) > product(vectors.get(nearest), question)) {
          nearest = i;
        }
      }
      System.out.println(texts.get(nearest));
      System.out.println(client.moderate(texts.get(0)).getFlagged() ? "flagged" : "harmless");
    }
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; ++i) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
