import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/** Tokens as they arrive. */
public class StreamExample {
  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.fromEnv();
    var params =
        ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Why is the sky blue?").build();
    try (var stream = client.chat().completions().createStreaming(params)) {
      stream.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .flatMap(choice -> choice.delta().content().stream())
          .forEach(System.out::print);
    }
  }
}
