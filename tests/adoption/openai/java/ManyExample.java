import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Fifty questions, sixteen at a time; one failure ends no other. */
public class ManyExample {
  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.fromEnv();
    var pool = Executors.newFixedThreadPool(16);
    for (int n : IntStream.range(0, 50).toArray()) {
      var params =
          ChatCompletionCreateParams.builder()
              .model("gpt-4.1-mini")
              .addUserMessage("What is the square of " + n + "?")
              .build();
      pool.submit(
          () -> {
            try {
              var completion = client.chat().completions().create(params);
              System.out.println(n + " " + completion.choices().get(0).message().content().orElse(""));
            } catch (RuntimeException e) {
              System.out.println(n + " " + e.getMessage());
            }
          });
    }
    pool.shutdown();
  }
}
