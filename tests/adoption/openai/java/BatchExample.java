import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A batch: a file of questions, waited for until it has ended, and a file of results. */
public class BatchExample {
  public static void main(String[] args) throws Exception {
    var json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (int n = 0; n < 20; ++n) {
      var message = Map.of("role", "user", "content", "What is the square of " + n + "?");
      var body = Map.of("model", "gpt-4.1-mini", "messages", List.of(message));
      lines.add(
          json.writeValueAsString(
              Map.of("custom_id", "" + n, "method", "POST", "url", "/v1/chat/completions", "body", body)));
    }
    Path input = Files.write(Files.createTempFile("batch", ".jsonl"), lines);
    var client = OpenAIOkHttpClient.fromEnv();
    var file = client.files().create(FileCreateParams.builder().file(input).purpose(FilePurpose.BATCH).build());
    var batch =
        client
            .batches()
            .create(
                BatchCreateParams.builder()
                    .inputFileId(file.id())
                    .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                    .completionWindow(BatchCreateParams.CompletionWindow._24H)
                    .build());
    while (!Set.of("completed", "failed", "expired", "cancelled").contains(batch.status().asString())) {
      Thread.sleep(1000);
      batch = client.batches().retrieve(batch.id());
      System.out.println(batch.status() + " " + batch.requestCounts().map(counts -> counts.completed()).orElse(0L));
    }
    try (var results = client.files().content(batch.outputFileId().orElseThrow());
        var reader = new BufferedReader(new InputStreamReader(results.body()))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        var result = json.readTree(line);
        var text = result.at("/response/body/choices/0/message/content").asText();
        System.out.println(result.get("custom_id").asText() + " " + text);
      }
    }
  }
}
