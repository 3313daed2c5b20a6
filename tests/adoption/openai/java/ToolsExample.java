import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;

/** The model calls a function, is told what it returns, and answers. */
public class ToolsExample {
  @JsonTypeName("get_weather")
  @JsonClassDescription("The weather in a city")
  static class GetWeather {
    @JsonPropertyDescription("Of which the weather is wanted")
    public String city;

    String execute() {
      return "18 degrees in " + city;
    }
  }

  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.fromEnv();
    var params =
        ChatCompletionCreateParams.builder()
            .model("gpt-4.1-mini")
            .addUserMessage("What does get_weather say about Paris?")
            .addTool(GetWeather.class);
    for (int round = 1; round <= 10; ++round) {
      var message = client.chat().completions().create(params.build()).choices().get(0).message();
      params.addMessage(message);
      if (message.toolCalls().isEmpty()) {
        System.out.println(message.content().orElse(""));
        System.out.println(round + " rounds");
        return;
      }
      for (var call : message.toolCalls().get()) {
        var function = call.asFunction();
        params.addMessage(
            ChatCompletionToolMessageParam.builder()
                .toolCallId(function.id())
                .content(function.function().arguments(GetWeather.class).execute())
                .build());
      }
    }
  }
}
