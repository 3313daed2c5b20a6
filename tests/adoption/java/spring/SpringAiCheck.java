import io.inferwire.client.InferwireClient;
import io.inferwire.client.OpenAITransport;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI over Inferwire: an answer and a failure. */
public class SpringAiCheck {
  private static OpenAiChatModel model(InferwireClient client, String name) {
    return OpenAiChatModel.builder()
        .options(OpenAiChatOptions.builder().apiKey("unused").model(name).maxRetries(0).build())
        .httpClientBuilderCustomizer(http -> http.interceptor(new OpenAITransport(client)))
        .build();
  }

  private static void must(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(String.valueOf(what));
    }
  }

  public static void main(String[] args) {
    try (InferwireClient client = InferwireClient.connect()) {
      OpenAiChatModel echo = model(client, "gpt-4.1-mini+echo");
      String answer = echo.call("Hi there");
      must(answer.equals("Hi there"), answer);
      try {
        must(false, model(client, "gpt-4.1-mini+status=400").call("Hi"));
      } catch (com.openai.errors.BadRequestException e) {
        must(e.statusCode() == 400, e);
      }
    }
    System.out.println("ok");
    System.exit(0); // OkHttp's threads linger
  }
}
