import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.OpenAITransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** Spring AI over Inferwire: answers, streams, called functions, failures, cuts, cancels. */
public class SpringAiCheck extends Checks {
  record Place(String city) {}

  private static final Duration SOON = Duration.ofSeconds(20);

  private final InferwireClient client;

  private SpringAiCheck(InferwireClient client) {
    this.client = client;
  }

  private ChatClient chat(String does) {
    return ChatClient.create(
        OpenAiChatModel.builder()
            .options(OpenAiChatOptions.builder().apiKey("unused").model("gpt-4.1-mini" + does).maxRetries(0).build())
            .httpClientBuilderCustomizer(http -> http.interceptor(new OpenAITransport(client)))
            .build());
  }

  private String streamed(String does) {
    List<String> parts = chat(does).prompt("Hi there").stream().content().collectList().block(SOON);
    must(parts.size() > 1, parts);
    return String.join("", parts);
  }

  private void checkAnswers() {
    String answer = chat("+echo").prompt("Hi there").call().content();
    must(answer.equals("Hi there"), answer);
    must(streamed("+echo").equals("Hi there"), "stream");
  }

  /** A round that asks for the function, and one that answers. */
  private void checkTools() {
    AtomicInteger calls = new AtomicInteger();
    ToolCallback weather =
        FunctionToolCallback.builder("get_weather", (Place place) -> "18 degrees, call " + calls.incrementAndGet())
            .description("The weather in a city")
            .inputType(Place.class)
            .build();
    var asked = chat("").prompt("get_weather in Paris").tools(weather);
    String answer = asked.call().content();
    must(calls.get() == 1 && !answer.isBlank(), calls + " " + answer);
    String later = String.join("", asked.stream().content().collectList().block(SOON));
    must(calls.get() == 2 && !later.isBlank(), calls + " " + later);
  }

  private void checkFailures() {
    var refused = failure(BadRequestException.class, () -> chat("+status=400").prompt("Hi").call().content());
    must(refused.statusCode() == 400, refused);
    failure(RateLimitException.class, () -> streamed("+status=429"));
    failure(OpenAIException.class, () -> streamed("+reset"));
  }

  /** None of them is an answer that is merely short. */
  private void checkCuts() {
    for (String cut : List.of("+reset_after=700", "+truncate", "+truncate=finish")) {
      failure(OpenAIIoException.class, () -> streamed("+tokens=200" + cut));
    }
    failure(OpenAIException.class, () -> streamed("+tokens=50+error_in_stream=5"));
  }

  private void checkCancels() throws InterruptedException {
    long before = counter("aborts");
    List<String> first =
        chat("+tokens=5000+rate=20").prompt("Hi").stream().content().take(3).collectList().block(SOON);
    must(first.size() == 3, first);
    becomes("aborts", aborts -> aborts == before + 1);
  }

  public static void main(String[] args) throws Exception {
    try (InferwireClient client = InferwireClient.connect()) {
      SpringAiCheck check = new SpringAiCheck(client);
      check.checkAnswers();
      check.checkTools();
      check.checkFailures();
      check.checkCuts();
      check.checkCancels();
    }
    System.out.println("ok");
    System.exit(0); // OkHttp's threads linger
  }
}
