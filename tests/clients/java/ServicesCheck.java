import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.inferwire.client.CallSettings;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.ResponseStream;
import io.inferwire.client.ResponseStreamEvent;
import io.inferwire.v1.CompleteTextRequest;
import io.inferwire.v1.CompleteTextResponse;
import io.inferwire.v1.CreateResponseRequest;
import io.inferwire.v1.CreateResponseResponse;
import io.inferwire.v1.EmbedRequest;
import io.inferwire.v1.EmbedResponse;
import io.inferwire.v1.Embedding;
import io.inferwire.v1.EmbeddingResult;
import io.inferwire.v1.EmbeddingsServiceGrpc;
import io.inferwire.v1.GatewayInfo;
import io.inferwire.v1.GetResponseRequest;
import io.inferwire.v1.GetResponseResponse;
import io.inferwire.v1.ModerateRequest;
import io.inferwire.v1.ModerateResponse;
import io.inferwire.v1.Moderation;
import io.inferwire.v1.ModerationResult;
import io.inferwire.v1.ModerationsServiceGrpc;
import io.inferwire.v1.Response;
import io.inferwire.v1.ResponseEvent;
import io.inferwire.v1.ResponseParams;
import io.inferwire.v1.ResponseStreamCompleted;
import io.inferwire.v1.ResponsesServiceGrpc;
import io.inferwire.v1.StreamCompleteTextCompleted;
import io.inferwire.v1.StreamCompleteTextRequest;
import io.inferwire.v1.StreamCompleteTextResponse;
import io.inferwire.v1.StreamResponseRequest;
import io.inferwire.v1.StreamResponseResponse;
import io.inferwire.v1.TextChoice;
import io.inferwire.v1.TextCompletion;
import io.inferwire.v1.TextCompletionsServiceGrpc;
import io.inferwire.v1.UpstreamStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * The calls of the services beside chat, against a gateway that says what it was told to say: plain
 * values, and streams of responses that break and go on.
 */
public class ServicesCheck {
  private static final List<String> DELTAS = List.of("", "one ", "two ", "three", "");
  private static final List<StreamResponseRequest> SEEN = Collections.synchronizedList(new ArrayList<>());

  private static void must(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(String.valueOf(what));
    }
  }

  private static InferwireException failure(Supplier<?> call) {
    try {
      throw new IllegalStateException("it did not fail: " + call.get());
    } catch (InferwireException e) {
      return e;
    }
  }

  private static StreamResponseResponse event(int number) {
    ResponseEvent.Builder event = ResponseEvent.newBuilder().setSequenceNumber(number);
    if (DELTAS.get(number).isEmpty()) {
      event.setType(number == 0 ? "response.created" : "response.completed");
      event.setResponse(Response.newBuilder().setId("resp_1"));
    } else {
      event.setType("response.output_text.delta").setDelta(DELTAS.get(number));
    }
    return StreamResponseResponse.newBuilder().setResponseEvent(event).build();
  }

  private static <T> void answer(StreamObserver<T> to, T message) {
    to.onNext(message);
    to.onCompleted();
  }

  private static final class Responses extends ResponsesServiceGrpc.ResponsesServiceImplBase {
    /** Breaks each new stream after its third event, and repeats one event when it goes on. */
    @Override
    public void streamResponse(StreamResponseRequest request, StreamObserver<StreamResponseResponse> to) {
      SEEN.add(request);
      GatewayInfo gateway = GatewayInfo.newBuilder().setUpstream("first").build();
      to.onNext(
          StreamResponseResponse.newBuilder().setStarted(UpstreamStarted.newBuilder().setGateway(gateway)).build());
      int first = (int) request.getResume().getStartingAfter();
      for (int i = first; i < (request.hasResume() ? DELTAS.size() : 3); ++i) {
        to.onNext(event(i));
      }
      if (!request.hasResume()) {
        to.onError(Status.UNAVAILABLE.withDescription("broken").asRuntimeException());
        return;
      }
      ResponseStreamCompleted completed = ResponseStreamCompleted.newBuilder().setResponseId("resp_1").build();
      answer(to, StreamResponseResponse.newBuilder().setCompleted(completed).build());
    }

    @Override
    public void createResponse(CreateResponseRequest request, StreamObserver<CreateResponseResponse> to) {
      String text = request.getParams().getInput() + " " + request.getOptions().getIdempotencyKey();
      answer(to, CreateResponseResponse.newBuilder().setResponse(Response.newBuilder().setOutputText(text)).build());
    }

    @Override
    public void getResponse(GetResponseRequest request, StreamObserver<GetResponseResponse> to) {
      if (request.getResponseId().isEmpty()) {
        to.onError(Status.NOT_FOUND.asRuntimeException());
        return;
      }
      Response.Builder found = Response.newBuilder().setId(request.getResponseId());
      answer(to, GetResponseResponse.newBuilder().setResponse(found).build());
    }
  }

  private static final class Embeddings extends EmbeddingsServiceGrpc.EmbeddingsServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> to) {
      EmbeddingResult.Builder result = EmbeddingResult.newBuilder();
      for (int i = request.getParams().getInputCount() - 1; i >= 0; --i) { // the last one first
        result.addEmbeddings(
            Embedding.newBuilder().setIndex(i).addValues(request.getParams().getInput(i).length()));
      }
      answer(to, EmbedResponse.newBuilder().setResult(result).build());
    }
  }

  private static final class Moderations extends ModerationsServiceGrpc.ModerationsServiceImplBase {
    @Override
    public void moderate(ModerateRequest request, StreamObserver<ModerateResponse> to) {
      Moderation.Builder made = Moderation.newBuilder();
      for (String text : request.getParams().getInputList()) {
        made.addResults(ModerationResult.newBuilder().setFlagged(text.contains("bad")));
      }
      answer(to, ModerateResponse.newBuilder().setModeration(made).build());
    }
  }

  private static final class Texts extends TextCompletionsServiceGrpc.TextCompletionsServiceImplBase {
    private static TextCompletion.Builder said(String text) {
      return TextCompletion.newBuilder().addChoices(TextChoice.newBuilder().setText(text));
    }

    @Override
    public void completeText(CompleteTextRequest request, StreamObserver<CompleteTextResponse> to) {
      String text = request.getParams().getPrompt(0) + " on";
      answer(to, CompleteTextResponse.newBuilder().setCompletion(said(text)).build());
    }

    @Override
    public void streamCompleteText(
        StreamCompleteTextRequest request, StreamObserver<StreamCompleteTextResponse> to) {
      to.onNext(StreamCompleteTextResponse.newBuilder().setChunk(said("goes on")).build());
      if (!request.getParams().getPrompt(0).equals("cut")) {
        to.onNext(
            StreamCompleteTextResponse.newBuilder()
                .setCompleted(StreamCompleteTextCompleted.getDefaultInstance())
                .build());
      }
      to.onCompleted();
    }
  }

  private static void checkPlainValues(InferwireClient client) {
    must(client.respond("Hi").equals("Hi "), "respond");
    CreateResponseRequest typed =
        CreateResponseRequest.newBuilder().setParams(ResponseParams.newBuilder().setInput("Hi")).build();
    CallSettings keyed = CallSettings.defaults().withIdempotencyKey("key");
    must(InferwireClient.responseText(client.respond(typed, keyed).getResponse()).equals("Hi key"), "key");
    must(client.embed("four")[0] == 4, "embed");
    must(client.embed(List.of("a", "bb")).get(1)[0] == 2, "embed in order");
    must(client.moderate("bad").getFlagged() && !client.moderate(List.of("good")).get(0).getFlagged(), "moderate");
    must(client.completeText("go").equals("go on"), "complete text");
    must(failure(() -> client.generateImages("a dog")).code() == Status.Code.UNIMPLEMENTED, "images");
    StringBuilder text = new StringBuilder();
    try (var stream = client.streamCompleteText("it")) {
      stream.forEach(event -> text.append(event.text()));
    }
    must(text.toString().equals("goes on"), text);
    try (var stream = client.streamCompleteText("cut")) {
      InferwireException cut = failure(() -> read(stream));
      must(cut.reason().equals(InferwireException.STREAM_TRUNCATED) && cut.origin().equals("network"), cut);
    }
    var method = ResponsesServiceGrpc.getGetResponseMethod();
    GetResponseRequest get = GetResponseRequest.newBuilder().setResponseId("resp_1").build();
    must(client.call(method, get).getResponse().getId().equals("resp_1"), "call");
    must(
        failure(() -> client.call(method, GetResponseRequest.getDefaultInstance())).code() == Status.Code.NOT_FOUND,
        "call of none");
  }

  private static int read(Iterable<?> stream) {
    int count = 0;
    for (Object ignored : stream) {
      ++count;
    }
    return count;
  }

  private static void checkStreams(InferwireClient client) {
    StreamResponseRequest lasting =
        StreamResponseRequest.newBuilder().setParams(ResponseParams.newBuilder().setBackground(true)).build();
    try (ResponseStream stream =
        client.streamResponse(lasting, CallSettings.defaults().withIdempotencyKey("key"))) {
      must(read(stream) == 7, "events");
      must(stream.text().equals("one two three") && stream.response().isPresent(), stream.text());
    }
    StreamResponseRequest first = SEEN.get(SEEN.size() - 2);
    StreamResponseRequest again = SEEN.get(SEEN.size() - 1);
    must(again.getResume().getStartingAfter() == 2 && again.getResume().getUpstream().equals("first"), again);
    must(first.getOptions().getIdempotencyKey().equals("key"), first);
    must(again.getOptions().getIdempotencyKey().isEmpty(), again);

    try (ResponseStream stream = client.streamResponse("Hi")) {
      must(failure(stream::resume).reason().equals(InferwireException.NOT_RESUMABLE), "nothing to resume");
      must(failure(() -> read(stream)).code() == Status.Code.UNAVAILABLE, "breaks");
      must(stream.text().equals("one two ") && stream.lastSequenceNumber().getAsLong() == 2, stream.text());
      StringBuilder rest = new StringBuilder();
      try (ResponseStream more = stream.resume()) {
        for (ResponseStreamEvent event : more) {
          rest.append(event.text());
        }
      }
      must(rest.toString().equals("three") && stream.text().equals("one two three"), rest);
    }

    // It waits for longer than that before it goes on.
    long begin = System.nanoTime();
    try (ResponseStream stream = client.streamResponse(lasting, CallSettings.timeout(Duration.ofMillis(200)))) {
      failure(() -> read(stream));
    }
    must(System.nanoTime() - begin < 450_000_000, "ends in its time");
  }

  public static void main(String[] args) throws Exception {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Responses())
            .addService(new Embeddings())
            .addService(new Moderations())
            .addService(new Texts())
            .addService(new BatchesCheck.Service())
            .build()
            .start();
    try (InferwireClient client = InferwireClient.connect("127.0.0.1:" + server.getPort())) {
      checkPlainValues(client);
      checkStreams(client);
      BatchesCheck.check(client);
    }
    server.shutdownNow();
    System.out.println("ok");
  }
}
