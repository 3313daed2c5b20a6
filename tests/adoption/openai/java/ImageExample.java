import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** A question about a picture, which is a file. */
public class ImageExample {
  public static void main(String[] args) throws IOException {
    var data = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(args[0])));
    var image = ChatCompletionContentPartImage.ImageUrl.builder().url("data:image/png;base64," + data).build();
    var parts =
        List.of(
            ChatCompletionContentPart.ofText(
                ChatCompletionContentPartText.builder().text("What is in this picture?").build()),
            ChatCompletionContentPart.ofImageUrl(
                ChatCompletionContentPartImage.builder().imageUrl(image).build()));
    var client = OpenAIOkHttpClient.fromEnv();
    var params =
        ChatCompletionCreateParams.builder()
            .model("gpt-4.1-mini")
            .addUserMessageOfArrayOfContentParts(parts)
            .build();
    System.out.println(client.chat().completions().create(params).choices().get(0).message().content().orElse(""));
  }
}
