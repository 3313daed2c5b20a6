import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.RequestOptions;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.ImageEditParams;
import com.openai.models.responses.ResponseCreateParams;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.OpenAITransport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * OpenAI's SDK, unchanged, over Inferwire: what it returns, raises, repeats and cancels is what it
 * would with HTTP. INFERWIRE_SERVER is the gateway, SIMULATOR its upstream.
 */
public class OpenAISdkCheck extends Checks {
  static class GetWeather {
    public String city;
  }

  static class Meeting {
    public String title;
    public List<String> people;
  }

  private static ChatCompletionCreateParams ask(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hi there").build();
  }

  private static String text(OpenAIClient openai, String model) {
    return openai.chat().completions().create(ask(model)).choices().get(0).message().content().orElse("");
  }

  private static String streamed(OpenAIClient openai, String model) {
    try (var stream = openai.chat().completions().createStreaming(ask(model))) {
      return texts(stream);
    }
  }

  private static String texts(StreamResponse<ChatCompletionChunk> stream) {
    return stream.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .flatMap(choice -> choice.delta().content().stream())
        .collect(Collectors.joining());
  }

  private static void checkAnswers(OpenAIClient openai) throws Exception {
    must(text(openai, "gpt-4.1-mini+echo").equals("Hi there"), "chat");
    must(streamed(openai, "gpt-4.1-mini+echo").equals("Hi there"), "stream");
    must(openai.async().chat().completions().create(ask("gpt-4.1-mini+echo")).join().choices().size() == 1, "async");
    var later = new StringBuffer();
    var stream = openai.async().chat().completions().createStreaming(ask("gpt-4.1-mini+echo"));
    stream.subscribe(chunk -> chunk.choices().forEach(choice -> choice.delta().content().ifPresent(later::append)));
    stream.onCompleteFuture().get(60, TimeUnit.SECONDS);
    must(later.toString().equals("Hi there"), "async stream");

    var tools =
        ChatCompletionCreateParams.builder()
            .model("gpt-4.1-mini").addUserMessage("get_weather").addTool(GetWeather.class).build();
    var wanted = openai.chat().completions().create(tools).choices().get(0).message();
    must(wanted.toolCalls().isEmpty() || wanted.toolCalls().get().size() > 0, wanted);
    var typed =
        ChatCompletionCreateParams.builder()
            .model("gpt-4.1-mini").addUserMessage("Hi").responseFormat(Meeting.class).build();
    var meeting = openai.chat().completions().create(typed).choices().get(0).message().content().orElseThrow();
    must(meeting.title != null && meeting.people != null, meeting);

    var vectors =
        openai.embeddings().create(EmbeddingCreateParams.builder().model("text-embedding-3-small").input("Hi").build());
    must(vectors.data().get(0).embedding().size() == 1536, vectors.data().size());

    var params = ResponseCreateParams.builder().model("gpt-4.1-mini").input("Hi").build();
    must(openai.responses().create(params).output().size() > 0, "response");
    try (var events = openai.responses().createStreaming(params)) {
      must(events.stream().anyMatch(event -> event.isCompleted()), "streamed response");
    }
    must(openai.models().list().data().size() > 3, "models");
  }

  private static void checkFiles(OpenAIClient openai) throws Exception {
    String line =
        "{\"custom_id\":\"1\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
            + "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"ü\"}]}}\n";
    Path folder = Files.createTempDirectory("inferwire");
    Path questions = Files.writeString(folder.resolve("questions.jsonl"), line);
    var file =
        openai.files().create(FileCreateParams.builder().file(questions).purpose(FilePurpose.BATCH).build());
    try (var content = openai.files().content(file.id())) {
      must(new String(content.body().readAllBytes(), StandardCharsets.UTF_8).equals(line), "content");
    }
    var batch =
        openai.batches().create(
            BatchCreateParams.builder()
                .inputFileId(file.id())
                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                .completionWindow(BatchCreateParams.CompletionWindow._24H)
                .build());
    must(openai.batches().retrieve(batch.id()).id().equals(batch.id()), "batch");
    must(openai.files().delete(file.id()).deleted(), "delete");

    try (var sound =
        openai.audio().speech().create(
            SpeechCreateParams.builder().model("gpt-4o-mini-tts").input("Hi").voice("alloy").build())) {
      must(sound.body().readAllBytes().length > 100, "speech");
    }
    var heard =
        openai.audio().transcriptions().create(
            TranscriptionCreateParams.builder()
                .model("whisper-1").file(Files.write(folder.resolve("talk.wav"), new byte[300_000])).build());
    must(heard.asTranscription().text().length() > 0, heard);
    var drawn =
        openai.images().edit(
            ImageEditParams.builder()
                .model("gpt-image-1").prompt("A dog").image(Files.write(folder.resolve("a.png"), new byte[100])).build());
    must(drawn.data().orElseThrow().get(0).b64Json().isPresent(), "image");
  }

  private static void checkErrors(OpenAIClient openai) {
    // The upstream's own, as they came.
    var limited = failure(RateLimitException.class, () -> text(openai, "gpt-4.1-mini+status=429+retry_after=3"));
    must(limited.statusCode() == 429 && limited.headers().values("retry-after").equals(List.of("3")), limited);
    must(limited.headers().values("x-inferwire-request-id").size() == 1, limited.headers());
    failure(NotFoundException.class, () -> text(openai, "gpt-4.1-mini+status=404"));
    failure(InternalServerException.class, () -> text(openai, "gpt-4.1-mini+status=500"));
    failure(RateLimitException.class, () -> streamed(openai, "gpt-4.1-mini+status=429"));
    // The gateway's.
    var refused = failure(PermissionDeniedException.class, () -> openai.fineTuning().jobs().retrieve("ftjob_1"));
    must(refused.code().orElse("").equals("PATH_NOT_ALLOWED"), refused);
    must(refused.headers().values("x-should-retry").equals(List.of("false")), refused.headers());
    var named =
        ask("gpt-4.1-mini").toBuilder().putAdditionalHeader("x-client-request-id", "x".repeat(200)).build();
    var invalid = failure(BadRequestException.class, () -> openai.chat().completions().create(named));
    must(invalid.param().orElse("").equals("options.client_request_id"), invalid.param());

    long before = counter("requests");
    var again = openai.withOptions(options -> options.maxRetries(2));
    failure(InternalServerException.class, () -> text(again, "gpt-4.1-mini+status=500+should_retry=true"));
    long seen = counter("requests") - before - 1; // the question itself counts
    must(seen == 3, "the SDK repeats what it would, here " + seen);

    var nowhere = sdk(InferwireClient.connect("127.0.0.1:1"));
    failure(OpenAIIoException.class, () -> text(nowhere, "gpt-4.1-mini"));
    InferwireClient closed = InferwireClient.connect();
    closed.close();
    var after = failure(OpenAIServiceException.class, () -> text(sdk(closed), "gpt-4.1-mini"));
    must(after.code().orElse("").equals("CLIENT_CLOSED"), after);
  }

  private static void checkCuts(OpenAIClient openai) {
    for (String cut : List.of("reset_after=700", "truncate", "truncate=finish")) {
      failure(OpenAIIoException.class, () -> streamed(openai, "gpt-4.1-mini+tokens=200+" + cut));
    }
    // An error that the upstream itself sends within the stream is its own.
    failure(RuntimeException.class, () -> streamed(openai, "gpt-4.1-mini+tokens=50+error_in_stream=5"));
    // What the gateway knows of an upstream without an answer is an answer here.
    failure(InternalServerException.class, () -> text(openai, "gpt-4.1-mini+reset"));
    failure(InternalServerException.class, () -> streamed(openai, "gpt-4.1-mini+reset"));
  }

  private static void checkCancel(OpenAIClient openai) throws Exception {
    long before = counter("aborts");
    try (var stream = openai.chat().completions().createStreaming(ask("gpt-4.1-mini+tokens=5000+rate=20"))) {
      long begin = System.nanoTime();
      must(stream.stream().limit(3).count() == 3, "chunks");
      must(System.nanoTime() - begin < 5_000_000_000L, "a stream comes as it is made");
    }
    becomes("aborts", aborts -> aborts == before + 1);

    var soon = RequestOptions.builder().timeout(Duration.ofMillis(300)).build();
    long begin = System.nanoTime();
    failure(OpenAIIoException.class, () -> openai.chat().completions().create(ask("gpt-4.1-mini+ttft=20s"), soon));
    must(System.nanoTime() - begin < 3_000_000_000L, "timeout");
    becomes("aborts", aborts -> aborts == before + 2);
    failure(
        OpenAIIoException.class,
        () -> {
          try (var stream =
              openai.chat().completions().createStreaming(ask("gpt-4.1-mini+tokens=5000+rate=20"), soon)) {
            return texts(stream);
          }
        });
    becomes("aborts", aborts -> aborts == before + 3);
  }

  private static OpenAIClient sdk(InferwireClient client) {
    return OpenAIOkHttpClient.builder()
        .apiKey("unused")
        .maxRetries(0)
        .addInterceptor(new OpenAITransport(client))
        .build();
  }

  public static void main(String[] args) throws Exception {
    try (InferwireClient client = InferwireClient.connect()) {
      OpenAIClient openai = sdk(client);
      checkAnswers(openai);
      checkFiles(openai);
      checkErrors(openai);
      checkCuts(openai);
      checkCancel(openai);
      openai.close();
    }
    System.out.println("ok");
    System.exit(0); // OkHttp's threads linger
  }
}
