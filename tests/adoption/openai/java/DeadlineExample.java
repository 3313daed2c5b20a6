import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.RequestOptions;
import com.openai.errors.OpenAIIoException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.time.Duration;

/** An answer within two seconds, or none. */
public class DeadlineExample {
  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.builder().fromEnv().maxRetries(0).build();
    var params =
        ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Why is the sky blue?").build();
    var options = RequestOptions.builder().timeout(Duration.ofSeconds(2)).build();
    try {
      var completion = client.chat().completions().create(params, options);
      System.out.println(completion.choices().get(0).message().content().orElse(""));
    } catch (OpenAIIoException e) {
      System.out.println("no answer: " + e.getCause().getMessage());
    }
  }
}
