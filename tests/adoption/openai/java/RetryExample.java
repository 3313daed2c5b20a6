import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/** Up to five attempts; the last failure says what it was. */
public class RetryExample {
  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.builder().fromEnv().maxRetries(4).build();
    var params =
        ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Why is the sky blue?").build();
    try {
      var completion = client.chat().completions().create(params);
      System.out.println(completion.choices().get(0).message().content().orElse(""));
    } catch (OpenAIServiceException e) {
      System.out.println(e.code().orElse("") + ", after: " + e.headers().values("retry-after"));
    }
  }
}
