import io.inferwire.client.InferwireClient;

/** One question, one answer. */
public class CompletionExample {
  public static void main(String[] args) {
    try (var client = InferwireClient.connect()) {
      System.out.println(client.complete("Why is the sky blue?"));
    }
  }
}
