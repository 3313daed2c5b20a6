import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/** A story, until there is enough of it: leaving the block closes the connection. */
public class CancelExample {
  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.fromEnv();
    var params =
        ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Tell me a long story.").build();
    try (var stream = client.chat().completions().createStreaming(params)) {
      var text = new StringBuilder();
      for (var chunks = stream.stream().iterator(); chunks.hasNext() && text.length() <= 100; ) {
        for (var choice : chunks.next().choices()) {
          choice.delta().content().ifPresent(text::append);
          choice.delta().content().ifPresent(System.out::print);
        }
      }
    }
  }
}
