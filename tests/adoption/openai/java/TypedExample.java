import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.List;

/** An answer as a value of a type of the program. */
public class TypedExample {
  static class Meeting {
    public String title;
    public String day;
    public List<String> people;
  }

  public static void main(String[] args) {
    var client = OpenAIOkHttpClient.fromEnv();
    var params =
        ChatCompletionCreateParams.builder()
            .model("gpt-4.1-mini")
            .addUserMessage("Alice and Bob plan the launch on 3 May 2027.")
            .responseFormat(Meeting.class)
            .build();
    var meeting = client.chat().completions().create(params).choices().get(0).message().content().orElseThrow();
    System.out.println(meeting.title + " on " + meeting.day + " with " + meeting.people);
  }
}
