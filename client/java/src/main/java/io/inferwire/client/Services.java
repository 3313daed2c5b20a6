package io.inferwire.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.inferwire.v1.CallOptions;
import io.inferwire.v1.CompleteTextRequest;
import io.inferwire.v1.CompleteTextResponse;
import io.inferwire.v1.CreateResponseRequest;
import io.inferwire.v1.CreateResponseResponse;
import io.inferwire.v1.EmbedRequest;
import io.inferwire.v1.EmbedResponse;
import io.inferwire.v1.Embedding;
import io.inferwire.v1.EmbeddingParams;
import io.inferwire.v1.EmbeddingResult;
import io.inferwire.v1.EmbeddingsServiceGrpc;
import io.inferwire.v1.GenerateImagesRequest;
import io.inferwire.v1.GenerateImagesResponse;
import io.inferwire.v1.Image;
import io.inferwire.v1.ImageParams;
import io.inferwire.v1.ImagesServiceGrpc;
import io.inferwire.v1.ModerateRequest;
import io.inferwire.v1.ModerateResponse;
import io.inferwire.v1.ModerationParams;
import io.inferwire.v1.ModerationResult;
import io.inferwire.v1.ModerationsServiceGrpc;
import io.inferwire.v1.Response;
import io.inferwire.v1.ResponseContent;
import io.inferwire.v1.ResponseParams;
import io.inferwire.v1.ResponseResumption;
import io.inferwire.v1.ResponsesServiceGrpc;
import io.inferwire.v1.StreamCompleteTextRequest;
import io.inferwire.v1.StreamCompleteTextResponse;
import io.inferwire.v1.StreamEmbedRequest;
import io.inferwire.v1.StreamEmbedResponse;
import io.inferwire.v1.StreamGenerateImagesRequest;
import io.inferwire.v1.StreamGenerateImagesResponse;
import io.inferwire.v1.StreamResponseRequest;
import io.inferwire.v1.TextCompletionParams;
import io.inferwire.v1.TextCompletionsServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The services beside chat: a call for what is asked most, and call() for every other RPC. A part of
 * InferwireClient, which has the channel.
 */
abstract class Services {
  public static final String DEFAULT_EMBEDDING_MODEL = "text-embedding-3-small";
  public static final String DEFAULT_MODERATION_MODEL = "omni-moderation-latest";
  public static final String DEFAULT_TEXT_MODEL = "gpt-3.5-turbo-instruct";
  public static final String DEFAULT_IMAGE_MODEL = "gpt-image-1";

  // What asks for no work of a model, and may be repeated.
  private static final Pattern READS = Pattern.compile("(?:Get|List|Delete|Cancel|Count)[A-Z].*");

  Services() {}

  abstract ClientOptions options();

  abstract <Q, R> CompletableFuture<R> unary(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings, Duration usual);

  /** isLast: null if the stream may end with any message. */
  abstract <Q, R, T> MessageStream<T> read(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings, Function<R, T> wrap,
      Predicate<R> isLast);

  /** A call that sends a form. */
  abstract <Q, R> R send(MethodDescriptor<Q, R> method, Q header, Form<Q> form, CallSettings settings);

  /** A response: text in, text out. */
  public String respond(String input) {
    CreateResponseRequest.Builder request = CreateResponseRequest.newBuilder().setParams(respondTo(input));
    return responseText(respond(request.build()).getResponse());
  }

  public CreateResponseResponse respond(CreateResponseRequest request) {
    return respond(request, CallSettings.defaults());
  }

  public CreateResponseResponse respond(CreateResponseRequest request, CallSettings settings) {
    return call(ResponsesServiceGrpc.getCreateResponseMethod(), request, settings);
  }

  private ResponseParams.Builder respondTo(String input) {
    return ResponseParams.newBuilder().setModel(options().model()).setInput(input);
  }

  /** All of the answer's text; what the model refused with, if it refused. */
  public static String responseText(Response response) {
    if (!response.getOutputText().isEmpty()) {
      return response.getOutputText();
    }
    List<ResponseContent> contents =
        response.getOutputList().stream().flatMap(item -> item.getContentPartsList().stream()).toList();
    String text =
        contents.stream()
            .filter(content -> content.getType().equals("output_text"))
            .map(ResponseContent::getText)
            .collect(Collectors.joining());
    return text.isEmpty()
        ? contents.stream().map(ResponseContent::getRefusal).collect(Collectors.joining())
        : text;
  }

  public ResponseStream streamResponse(String input) {
    return streamResponse(StreamResponseRequest.newBuilder().setParams(respondTo(input)).build());
  }

  public ResponseStream streamResponse(StreamResponseRequest request) {
    return streamResponse(request, CallSettings.defaults());
  }

  /**
   * The events of a new response. With background among its params, the stream goes on by itself when
   * its connection breaks, within the timeout; if it has gone on and the response fails, that is its
   * response(), not an exception.
   */
  public ResponseStream streamResponse(StreamResponseRequest request, CallSettings settings) {
    return new ResponseStream(this, request, settings, new Reception(request));
  }

  /** The events of a response in the background behind the one that starting_after names. */
  public ResponseStream resumeResponse(ResponseResumption resume) {
    return streamResponse(StreamResponseRequest.newBuilder().setResume(resume).build());
  }

  /** One text in, one vector out. */
  public float[] embed(String text) {
    return embed(List.of(text)).get(0);
  }

  /** As many vectors as texts, in their order. */
  public List<float[]> embed(List<String> texts) {
    EmbeddingParams.Builder params =
        EmbeddingParams.newBuilder().setModel(DEFAULT_EMBEDDING_MODEL).addAllInput(texts);
    return vectors(embed(EmbedRequest.newBuilder().setParams(params).build()).getResult());
  }

  public EmbedResponse embed(EmbedRequest request) {
    return embed(request, CallSettings.defaults());
  }

  public EmbedResponse embed(EmbedRequest request, CallSettings settings) {
    return call(EmbeddingsServiceGrpc.getEmbedMethod(), request, settings);
  }

  public MessageStream<EmbedEvent> streamEmbed(List<String> texts) {
    EmbeddingParams.Builder params =
        EmbeddingParams.newBuilder().setModel(DEFAULT_EMBEDDING_MODEL).addAllInput(texts);
    return streamEmbed(StreamEmbedRequest.newBuilder().setParams(params).build());
  }

  public MessageStream<EmbedEvent> streamEmbed(StreamEmbedRequest request) {
    return streamEmbed(request, CallSettings.defaults());
  }

  /** Each embedding as it arrives, of any number of texts, in upstream's order. */
  public MessageStream<EmbedEvent> streamEmbed(StreamEmbedRequest request, CallSettings settings) {
    return read(
        EmbeddingsServiceGrpc.getStreamEmbedMethod(), withKey(request, settings), settings,
        EmbedEvent::new, StreamEmbedResponse::hasCompleted);
  }

  /** In the order of the inputs, whatever the order of the answer. */
  public static List<float[]> vectors(EmbeddingResult result) {
    List<float[]> vectors = new ArrayList<>();
    result.getEmbeddingsList().stream()
        .sorted(Comparator.comparingInt(Embedding::getIndex))
        .forEach(embedding -> vectors.add(vector(embedding)));
    return vectors;
  }

  private static float[] vector(Embedding embedding) {
    float[] values = new float[embedding.getValuesCount()];
    for (int i = 0; i < values.length; ++i) {
      values[i] = embedding.getValues(i);
    }
    return values;
  }

  /** A flagged text is a result, not an exception. */
  public ModerationResult moderate(String text) {
    return moderate(List.of(text)).get(0);
  }

  /** As many results as texts. */
  public List<ModerationResult> moderate(List<String> texts) {
    ModerationParams.Builder params =
        ModerationParams.newBuilder().setModel(DEFAULT_MODERATION_MODEL).addAllInput(texts);
    return moderate(ModerateRequest.newBuilder().setParams(params).build()).getModeration().getResultsList();
  }

  public ModerateResponse moderate(ModerateRequest request) {
    return moderate(request, CallSettings.defaults());
  }

  public ModerateResponse moderate(ModerateRequest request, CallSettings settings) {
    return call(ModerationsServiceGrpc.getModerateMethod(), request, settings);
  }

  /** How a text goes on, by a model that knows no chats. */
  public String completeText(String prompt) {
    CompleteTextRequest.Builder request = CompleteTextRequest.newBuilder().setParams(goOn(prompt));
    return TextEvent.firstText(completeText(request.build()).getCompletion());
  }

  public CompleteTextResponse completeText(CompleteTextRequest request) {
    return completeText(request, CallSettings.defaults());
  }

  public CompleteTextResponse completeText(CompleteTextRequest request, CallSettings settings) {
    return call(TextCompletionsServiceGrpc.getCompleteTextMethod(), request, settings);
  }

  private static TextCompletionParams.Builder goOn(String prompt) {
    return TextCompletionParams.newBuilder().setModel(DEFAULT_TEXT_MODEL).addPrompt(prompt);
  }

  public MessageStream<TextEvent> streamCompleteText(String prompt) {
    return streamCompleteText(StreamCompleteTextRequest.newBuilder().setParams(goOn(prompt)).build());
  }

  public MessageStream<TextEvent> streamCompleteText(StreamCompleteTextRequest request) {
    return streamCompleteText(request, CallSettings.defaults());
  }

  public MessageStream<TextEvent> streamCompleteText(
      StreamCompleteTextRequest request, CallSettings settings) {
    return read(
        TextCompletionsServiceGrpc.getStreamCompleteTextMethod(), withKey(request, settings), settings,
        TextEvent::new, StreamCompleteTextResponse::hasCompleted);
  }

  /** Each has its data or its url. */
  public List<Image> generateImages(String prompt) {
    ImageParams.Builder params = ImageParams.newBuilder().setModel(DEFAULT_IMAGE_MODEL).setPrompt(prompt);
    return generateImages(GenerateImagesRequest.newBuilder().setParams(params).build())
        .getResult()
        .getImagesList();
  }

  public GenerateImagesResponse generateImages(GenerateImagesRequest request) {
    return generateImages(request, CallSettings.defaults());
  }

  public GenerateImagesResponse generateImages(GenerateImagesRequest request, CallSettings settings) {
    return call(ImagesServiceGrpc.getGenerateImagesMethod(), request, settings);
  }

  public MessageStream<ImageEvent> streamImages(String prompt) {
    ImageParams.Builder params = ImageParams.newBuilder().setModel(DEFAULT_IMAGE_MODEL).setPrompt(prompt);
    return streamImages(StreamGenerateImagesRequest.newBuilder().setParams(params).build());
  }

  public MessageStream<ImageEvent> streamImages(StreamGenerateImagesRequest request) {
    return streamImages(request, CallSettings.defaults());
  }

  /** Images of any size; with partial_images, previews while they are made. */
  public MessageStream<ImageEvent> streamImages(
      StreamGenerateImagesRequest request, CallSettings settings) {
    return read(
        ImagesServiceGrpc.getStreamGenerateImagesMethod(), withKey(request, settings), settings,
        new ImageEvent.Parts()::take, StreamGenerateImagesResponse::hasCompleted);
  }

  /** Any RPC: call(ResponsesServiceGrpc.getGetResponseMethod(), request). */
  public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
    return call(method, request, CallSettings.defaults());
  }

  public <Q extends Message, R extends Message> R call(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
    return InferwireClient.await(callAsync(method, request, settings));
  }

  /** Cancelling the future cancels the call, here and upstream. */
  public <Q extends Message, R extends Message> CompletableFuture<R> callAsync(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
    boolean reads = READS.matcher(String.valueOf(method.getBareMethodName())).matches();
    Duration usual = reads ? options().readTimeout() : options().timeout();
    return unary(method, withKey(request, settings), settings, usual);
  }

  /** Any RPC with a streamed answer. */
  public <Q extends Message, R extends Message> MessageStream<R> streamCall(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
    return read(method, withKey(request, settings), settings, Function.identity(), isLast(method));
  }

  /** Streams of answers end with `completed`; others may end with any message: null. */
  private static <R extends Message> Predicate<R> isLast(MethodDescriptor<?, R> method) {
    var marshaller = (MethodDescriptor.PrototypeMarshaller<R>) method.getResponseMarshaller();
    FieldDescriptor completed =
        marshaller.getMessagePrototype().getDescriptorForType().findFieldByName("completed");
    return completed == null ? null : message -> message.hasField(completed);
  }

  @SuppressWarnings("unchecked")
  static <Q extends Message> Q withKey(Q request, CallSettings settings) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName("options");
    if (settings.idempotencyKey().isEmpty() || field == null) {
      return request;
    }
    CallOptions.Builder options = ((CallOptions) request.getField(field)).toBuilder();
    options.setIdempotencyKey(settings.idempotencyKey());
    return (Q) request.toBuilder().setField(field, options.build()).build();
  }
}
