import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.Many;
import java.util.stream.IntStream;

/** Fifty questions on one stream; one failure ends no other. */
public class ManyExample {
  public static void main(String[] args) {
    var questions = IntStream.range(0, 50).mapToObj(n -> "What is the square of " + n + "?").toList();
    try (var client = InferwireClient.connect();
        var many = client.completeMany(questions, 16)) {
      for (Many.Result result : many) {
        String outcome = result.error().map(InferwireException::getMessage).orElseGet(result::text);
        System.out.println(result.itemId() + " " + outcome);
      }
    }
  }
}
