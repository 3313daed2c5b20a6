import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.inferwire.client.Answer;
import io.inferwire.client.AnswerException;
import io.inferwire.client.ClientOptions;
import io.inferwire.client.Description;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.Prompt;
import io.inferwire.client.ToolFunction;
import io.inferwire.client.Upload;
import io.inferwire.v1.ChatCompletionParams;
import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.ChatServiceGrpc;
import io.inferwire.v1.Choice;
import io.inferwire.v1.CompleteRequest;
import io.inferwire.v1.CompleteResponse;
import io.inferwire.v1.Cost;
import io.inferwire.v1.DownloadFileCompleted;
import io.inferwire.v1.DownloadFileRequest;
import io.inferwire.v1.DownloadFileResponse;
import io.inferwire.v1.FilesServiceGrpc;
import io.inferwire.v1.FinishReason;
import io.inferwire.v1.Role;
import io.inferwire.v1.ToolCall;
import io.inferwire.v1.UploadFileRequest;
import io.inferwire.v1.UploadFileResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/** Prompts, typed answers, functions, costs and files, against a gateway that says what it is told to say. */
public class PlainValuesCheck {
  @Retention(RetentionPolicy.RUNTIME)
  @interface Nullable {}

  enum Mood {
    CALM,
    WILD
  }

  record Page<T>(List<T> items, OptionalInt next) {}

  @Description("A place to go")
  record Trip(
      @Description("As on the map") String name,
      int days,
      Mood mood,
      @Nullable String note,
      Optional<Double> price,
      Map<String, Integer> stops,
      Set<Mood> moods,
      long[] codes,
      LocalDate day,
      Instant at,
      BigDecimal exact,
      Page<Page<String>> pages,
      Page<List<String>[]> arrays) {}

  record Node(String name, List<Node> below) {}

  record Odd(Object anything) {}

  record Grows<T>(Grows<List<T>> more) {}

  record Growing(Grows<String> more) {}

  record Positive(int number) {
    Positive {
      if (number < 0) {
        throw new IllegalArgumentException("negative: " + number);
      }
    }
  }

  private static final String TRIP =
      """
      {"name": "Zürich 🚲", "days": 2, "mood": "WILD", "note": null, "price": null,
       "stops": [{"key": "Bern", "value": 1}], "moods": ["CALM"], "codes": [1, 9007199254740993],
       "day": "2027-05-03", "at": "2027-05-03T10:00:00+02:00", "exact": 0.1000,
       "pages": {"items": [{"items": ["a"], "next": 7}], "next": null},
       "arrays": {"items": [[["x"]]], "next": null}}""";

  private static final List<ChatCompletionParams> SEEN = Collections.synchronizedList(new ArrayList<>());

  /** The last message says what is answered: refuse, length, nothing, free, call N, or the text itself. */
  private static final class Chats extends ChatServiceGrpc.ChatServiceImplBase {
    @Override
    public void complete(CompleteRequest request, StreamObserver<CompleteResponse> to) {
      SEEN.add(request.getParams());
      List<ChatMessage> messages = request.getParams().getMessagesList();
      String wish = messages.get(0).getContent();
      long rounds = messages.stream().filter(message -> message.getRole() == Role.ROLE_ASSISTANT).count();
      ChatMessage.Builder message = ChatMessage.newBuilder().setRole(Role.ROLE_ASSISTANT);
      Choice.Builder choice = Choice.newBuilder().setFinishReason(FinishReason.FINISH_REASON_STOP);
      if (wish.equals("refuse")) {
        message.setRefusal("I would rather not");
      } else if (wish.startsWith("call ") && rounds < Integer.parseInt(wish.substring(5))) {
        message.addToolCalls(call("1", "add", "{\"a\": 1, \"b\": 2}"));
        message.addToolCalls(call("2", "add", "{\"a\": 1}"));
        message.addToolCalls(call("3", "break", "{\"a\": 1, \"b\": 2}"));
        message.addToolCalls(call("4", "gone", "{}"));
      } else if (wish.startsWith("call ")) {
        message.setContent("done");
      } else if (!wish.equals("nothing")) {
        message.setContent(wish);
      }
      if (wish.equals("length")) {
        choice.setFinishReason(FinishReason.FINISH_REASON_LENGTH);
      }
      CompleteResponse.Builder response = CompleteResponse.newBuilder();
      response.getCompletionBuilder().addChoices(choice.setMessage(message));
      response.getCompletionBuilder().getUsageBuilder().setInputTokens(3).setOutputTokens(2).setTotalTokens(5);
      Cost.Builder cost = response.getGatewayBuilder().setRequestId("req_1").getCostBuilder();
      if (!wish.equals("free")) {
        cost.setTotalPicousd(1_500_000);
      }
      to.onNext(response.build());
      to.onCompleted();
    }

    private static ToolCall call(String id, String name, String arguments) {
      ToolCall.Builder call = ToolCall.newBuilder().setId(id);
      call.getFunctionBuilder().setName(name).setArguments(arguments);
      return call.build();
    }
  }

  /** Gives ten bytes and breaks, until it is asked for the rest; broken stays so. */
  private static final class Stored extends FilesServiceGrpc.FilesServiceImplBase {
    /** Refused once its data comes. */
    @Override
    public StreamObserver<UploadFileRequest> uploadFile(StreamObserver<UploadFileResponse> to) {
      return new StreamObserver<>() {
        private boolean refused;

        @Override
        public void onNext(UploadFileRequest message) {
          if (message.hasData() && !refused) {
            refused = true;
            to.onError(Status.UNIMPLEMENTED.asRuntimeException());
          }
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
      };
    }

    @Override
    public void downloadFile(DownloadFileRequest request, StreamObserver<DownloadFileResponse> to) {
      ByteString half = ByteString.copyFromUtf8("0123456789");
      to.onNext(DownloadFileResponse.newBuilder().setData(half).build());
      if (request.getFileId().equals("broken")) {
        to.onError(Status.INTERNAL.asRuntimeException());
      } else if (request.getOffset() == 0) {
        to.onError(Status.UNAVAILABLE.withDescription("broken").asRuntimeException());
      } else {
        to.onNext(
            DownloadFileResponse.newBuilder().setCompleted(DownloadFileCompleted.newBuilder().setSizeBytes(20)).build());
        to.onCompleted();
      }
    }
  }

  private static void must(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(String.valueOf(what));
    }
  }

  private static <T extends Throwable> T failure(Class<T> type, Supplier<?> call) {
    try {
      call.get();
    } catch (Throwable e) {
      if (type.isInstance(e)) {
        return type.cast(e);
      }
      throw new IllegalStateException("failed otherwise", e);
    }
    throw new IllegalStateException("it did not fail with " + type);
  }

  private static void checkPrompts(InferwireClient client) throws IOException {
    Answer answer = client.complete(Prompt.of("free"));
    must(answer.text().equals("free") && answer.cost().isEmpty() && answer.usage().getTotalTokens() == 5, answer);
    must(client.complete(Prompt.of("Hi")).cost().get().equals(new BigDecimal("0.0000015")), "cost");
    must(SEEN.get(SEEN.size() - 1).getModel().equals("of-the-client"), "model");
    Path picture = Files.write(Files.createTempFile("cat", ".PNG"), new byte[] {1, 2, 3});
    Prompt prompt =
        Prompt.of("What is it?").image(picture).image("https://example.com/b").system("Be brief.").temperature(0.5)
            .maxTokens(7).message("assistant", "A cat.").model("named");
    client.complete(prompt);
    ChatCompletionParams sent = SEEN.get(SEEN.size() - 1);
    must(sent.getModel().equals("named") && sent.getTemperature() == 0.5, sent);
    must(sent.getMessages(0).getRole() == Role.ROLE_SYSTEM, "the system's message is the first");
    ChatMessage asked = sent.getMessages(1);
    must(!asked.hasContent() && asked.getContentParts(0).getText().equals("What is it?"), asked);
    must(asked.getContentParts(1).getImageUrl().getMimeType().equals("image/png"), asked);
    must(asked.getContentParts(2).getImageUrl().getUrl().equals("https://example.com/b"), asked);
    must(failure(InferwireException.class, () -> Prompt.of("Hi").message("boss", "Do!")).reason()
        .equals(InferwireException.INVALID_OPTIONS), "role");
    failure(UncheckedIOException.class, () -> Prompt.of("Hi").image(Path.of("not there")));
    must(client.completeAsync(Prompt.of("Hi")).join().text().equals("Hi"), "async");
  }

  private static void checkTypes(InferwireClient client) {
    Trip trip = client.parse(TRIP, Trip.class);
    must(trip.name().equals("Zürich 🚲") && trip.days() == 2 && trip.mood() == Mood.WILD, trip);
    must(trip.note() == null && trip.price().isEmpty() && trip.stops().equals(Map.of("Bern", 1)), trip);
    must(trip.moods().equals(Set.of(Mood.CALM)) && trip.codes()[1] == 9007199254740993L, trip);
    must(trip.day().equals(LocalDate.of(2027, 5, 3)) && trip.at().equals(Instant.parse("2027-05-03T08:00:00Z")), trip);
    must(trip.exact().equals(new BigDecimal("0.1000")), trip);
    must(trip.pages().items().get(0).equals(new Page<>(List.of("a"), OptionalInt.of(7))), trip);
    String schema = SEEN.get(SEEN.size() - 1).getResponseFormat().getJsonSchema().getSchemaJson();
    must(schema.contains("\"description\":\"As on the map\"") && schema.contains("\"description\":\"A place to go\""), schema);
    must(schema.contains("\"enum\":[\"CALM\",\"WILD\"]") && !schema.contains("additionalProperties\":true"), schema);
    must(client.parse("{\"value\": \"CALM\"}", Mood.class) == Mood.CALM, "an enum");
    must(client.parse("{\"value\": [1, 2]}", int[].class)[1] == 2, "an array");

    AnswerException refused = failure(AnswerException.Refused.class, () -> client.parse("refuse", Trip.class));
    must(refused.answer().text().equals("I would rather not") && refused.answer().cost().isPresent(), refused);
    must(!refused.getMessage().contains("rather") && refused.mayBeBilled() && !refused.retryable(), refused);
    must(refused.requestId().equals("req_1") && refused.domain().equals(InferwireException.CLIENT_DOMAIN), refused);
    must(failure(AnswerException.CutOff.class, () -> client.parse("length", Trip.class)).answer().text()
        .equals("length"), "cut off");
    for (String wrong :
        List.of(
            "nothing", "secret words", "{\"number\": 1} secret", "{\"number\": \"1\"}", "{\"number\": 1.5}",
            "{\"number\": 1e99999}", "{\"number\": null}", "{}", "[]", "{\"number\": 4294967296}", "{number: 1}",
            "[".repeat(100_000), "{\"number\": -5}")) {
      AnswerException.Mismatch mismatch =
          failure(AnswerException.Mismatch.class, () -> client.parse(wrong, Positive.class));
      must(!mismatch.getMessage().contains("secret") && !mismatch.getMessage().contains("-5"), mismatch);
    }
    for (Class<?> impossible : List.of(Node.class, Odd.class, Growing.class, Thread.class, List.class)) {
      must(failure(InferwireException.class, () -> client.parse("Hi", impossible)).reason()
          .equals(InferwireException.INVALID_OPTIONS), impossible);
    }
  }

  record Numbers(int a, int b) {}

  private static void checkFunctions(InferwireClient client) {
    var add = ToolFunction.of("add", "Adds", Numbers.class, numbers -> numbers.a() + numbers.b());
    var broken =
        ToolFunction.of("break", "Breaks", Numbers.class, numbers -> {
          throw new IOException("no disk");
        });
    var run = client.runTools("call 2", add, broken);
    must(run.text().equals("done") && run.rounds() == 3 && run.usage().getTotalTokens() == 15, run);
    must(run.cost().get().equals(new BigDecimal("0.0000045")), run.cost());
    List<String> told =
        run.messages().stream().filter(m -> m.getRole() == Role.ROLE_TOOL).map(ChatMessage::getContent).toList();
    must(told.size() == 8 && told.get(0).equals("3"), told);
    must(told.get(1).contains("b is missing") && told.get(2).contains("no disk"), told);
    must(told.get(3).contains("no such function"), told);
    must(SEEN.get(SEEN.size() - 1).getTools(0).getFunction().getStrict(), "strict");
    var endless =
        failure(
            AnswerException.TooManyRounds.class, () -> client.runTools(Prompt.of("call 9"), List.of(add, broken), 2));
    must(endless.run().rounds() == 2 && endless.run().cost().isPresent(), endless);
    failure(InferwireException.class, () -> client.runTools(Prompt.of("call 1"), List.of(add), 0));
  }

  private static void checkFiles(InferwireClient client) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    must(client.files().download("whole", bytes) == 20, "goes on where it broke");
    must(bytes.toString().equals("01234567890123456789"), bytes);
    Path file = Files.createTempDirectory("download").resolve("file");
    var broken = failure(InferwireException.class, () -> client.files().download("broken", file));
    must(broken.code() == Status.Code.INTERNAL, broken);
    try (var left = Files.list(file.getParent())) {
      must(left.findAny().isEmpty(), "what broke leaves no file");
    }
    InputStream unreadable =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("bad disk");
          }
        };
    must(failure(UncheckedIOException.class, () -> client.files().upload(Upload.of("f", unreadable), "batch"))
        .getMessage().contains("bad disk"), "the caller's own failure");
    Upload unanswered = Upload.of("f", new ByteArrayInputStream(new byte[1 << 20]));
    must(failure(InferwireException.class, () -> client.files().upload(unanswered, "batch")).code()
        == Status.Code.UNIMPLEMENTED, "upload");
  }

  private static ClientInterceptor seeing(List<String> calls, String name) {
    return new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        calls.add(name + " " + method.getBareMethodName());
        return next.newCall(method, options);
      }
    };
  }

  public static void main(String[] args) throws Exception {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Chats())
            .addService(new Stored())
            .build()
            .start();
    String target = "127.0.0.1:" + server.getPort();
    try (var client = InferwireClient.connect(target, ClientOptions.defaults().withModel("of-the-client"))) {
      checkPrompts(client);
      checkTypes(client);
      checkFunctions(client);
      checkFiles(client);
    }
    List<String> calls = new ArrayList<>();
    ClientOptions options =
        ClientOptions.defaults()
            .withInterceptors(seeing(calls, "first"), seeing(calls, "second"))
            .withChannel(channel -> channel.userAgent("mine"));
    try (var client = InferwireClient.connect(target, options)) {
      client.complete("Hi");
    }
    must(calls.equals(List.of("first Complete", "second Complete")), calls);
    server.shutdownNow();
    System.out.println("ok");
  }
}
