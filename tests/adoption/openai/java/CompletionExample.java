import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

/** One question, one answer. */
public class CompletionExample {
  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.fromEnv();
    var params =
        ChatCompletionCreateParams.builder().model("gpt-4.1-mini").addUserMessage("Why is the sky blue?").build();
    var completion = client.chat().completions().create(params);
    System.out.println(completion.choices().get(0).message().content().orElse(""));
  }
}
