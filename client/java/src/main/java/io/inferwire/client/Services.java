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
  /** What embeds texts that come without a model. */
  public static final String DEFAULT_EMBEDDING_MODEL = "text-embedding-3-small";
  /** What moderates texts that come without a model. */
  public static final String DEFAULT_MODERATION_MODEL = "omni-moderation-latest";
  /** What continues a text that comes without a model. */
  public static final String DEFAULT_TEXT_MODEL = "gpt-3.5-turbo-instruct";
  /** What draws and edits images where no model is named. */
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

  /**
   * A response by the client's model: text in, text out.
   *
   * @param input what the user says
   * @return all of the answer's text; what the model refused with, if it refused
   */
  public String respond(String input) {
    CreateResponseRequest.Builder request = CreateResponseRequest.newBuilder().setParams(respondTo(input));
    return responseText(respond(request.build()).getResponse());
  }

  /**
   * A response.
   *
   * @param request the whole request, with the model named
   * @return the response, and what the gateway says of it; one that failed is an exception
   */
  public CreateResponseResponse respond(CreateResponseRequest request) {
    return respond(request, CallSettings.defaults());
  }

  /**
   * A response.
   *
   * @param request the whole request, with the model named
   * @param settings timeout, metadata and idempotency key of this call
   * @return the response, and what the gateway says of it; one that failed is an exception
   */
  public CreateResponseResponse respond(CreateResponseRequest request, CallSettings settings) {
    return call(ResponsesServiceGrpc.getCreateResponseMethod(), request, settings);
  }

  private ResponseParams.Builder respondTo(String input) {
    return ResponseParams.newBuilder().setModel(options().model()).setInput(input);
  }

  /**
   * All of the answer's text.
   *
   * @param response as of CreateResponseResponse
   * @return what the model refused with, if it refused; never null
   */
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

  /**
   * The events of a new response by the client's model.
   *
   * @param input what the user says
   * @return for one loop in a try-with-resources block
   */
  public ResponseStream streamResponse(String input) {
    return streamResponse(StreamResponseRequest.newBuilder().setParams(respondTo(input)).build());
  }

  /**
   * The events of a new response. With background among its params, the stream goes on by itself
   * when its connection breaks, within the timeout; if it has gone on and the response fails, that
   * is its response(), not an exception.
   *
   * @param request the whole request, with the model named
   * @return for one loop in a try-with-resources block
   */
  public ResponseStream streamResponse(StreamResponseRequest request) {
    return streamResponse(request, CallSettings.defaults());
  }

  /**
   * The events of a new response. With background among its params, the stream goes on by itself
   * when its connection breaks, within the timeout; if it has gone on and the response fails, that
   * is its response(), not an exception.
   *
   * @param request the whole request, with the model named
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
  public ResponseStream streamResponse(StreamResponseRequest request, CallSettings settings) {
    return new ResponseStream(this, request, settings, new Reception(request));
  }

  /**
   * The events of a response in the background behind the one that starting_after names.
   *
   * @param resume ResponseStream.responseId() and lastSequenceNumber() of the stream before,
   *     perhaps of another process
   * @return for one loop in a try-with-resources block
   */
  public ResponseStream resumeResponse(ResponseResumption resume) {
    return streamResponse(StreamResponseRequest.newBuilder().setResume(resume).build());
  }

  /**
   * One text in, one vector out.
   *
   * @param text not empty
   * @return as many numbers as the model has dimensions
   */
  public float[] embed(String text) {
    return embed(List.of(text)).get(0);
  }

  /**
   * As many vectors as texts.
   *
   * @param texts at least one, none empty
   * @return in the order of the texts
   */
  public List<float[]> embed(List<String> texts) {
    EmbeddingParams.Builder params =
        EmbeddingParams.newBuilder().setModel(DEFAULT_EMBEDDING_MODEL).addAllInput(texts);
    return vectors(embed(EmbedRequest.newBuilder().setParams(params).build()).getResult());
  }

  /**
   * Embeddings.
   *
   * @param request the whole request, with the model named
   * @return vectors() has its vectors in the order of the inputs
   */
  public EmbedResponse embed(EmbedRequest request) {
    return embed(request, CallSettings.defaults());
  }

  /**
   * Embeddings.
   *
   * @param request the whole request, with the model named
   * @param settings timeout, metadata and idempotency key of this call
   * @return vectors() has its vectors in the order of the inputs
   */
  public EmbedResponse embed(EmbedRequest request, CallSettings settings) {
    return call(EmbeddingsServiceGrpc.getEmbedMethod(), request, settings);
  }

  /**
   * Each embedding as it arrives, of any number of texts, in upstream's order.
   *
   * @param texts at least one, none empty
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<EmbedEvent> streamEmbed(List<String> texts) {
    EmbeddingParams.Builder params =
        EmbeddingParams.newBuilder().setModel(DEFAULT_EMBEDDING_MODEL).addAllInput(texts);
    return streamEmbed(StreamEmbedRequest.newBuilder().setParams(params).build());
  }

  /**
   * Each embedding as it arrives, of any number of texts, in upstream's order.
   *
   * @param request the whole request, with the model named
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<EmbedEvent> streamEmbed(StreamEmbedRequest request) {
    return streamEmbed(request, CallSettings.defaults());
  }

  /**
   * Each embedding as it arrives, of any number of texts, in upstream's order.
   *
   * @param request the whole request, with the model named
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<EmbedEvent> streamEmbed(StreamEmbedRequest request, CallSettings settings) {
    return read(
        EmbeddingsServiceGrpc.getStreamEmbedMethod(), withKey(request, settings), settings,
        EmbedEvent::new, StreamEmbedResponse::hasCompleted);
  }

  /**
   * The vectors of an answer, whatever its order.
   *
   * @param result as of EmbedResponse
   * @return in the order of the inputs
   */
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

  /**
   * Whether a text may be shown. A flagged text is a result, not an exception.
   *
   * @param text to be looked at
   * @return flagged or not, and why
   */
  public ModerationResult moderate(String text) {
    return moderate(List.of(text)).get(0);
  }

  /**
   * Whether texts may be shown.
   *
   * @param texts at least one
   * @return as many results, in the order of the texts
   */
  public List<ModerationResult> moderate(List<String> texts) {
    ModerationParams.Builder params =
        ModerationParams.newBuilder().setModel(DEFAULT_MODERATION_MODEL).addAllInput(texts);
    return moderate(ModerateRequest.newBuilder().setParams(params).build()).getModeration().getResultsList();
  }

  /**
   * A moderation of texts and images.
   *
   * @param request the whole request
   * @return one result for each input
   */
  public ModerateResponse moderate(ModerateRequest request) {
    return moderate(request, CallSettings.defaults());
  }

  /**
   * A moderation of texts and images.
   *
   * @param request the whole request
   * @param settings timeout, metadata and idempotency key of this call
   * @return one result for each input
   */
  public ModerateResponse moderate(ModerateRequest request, CallSettings settings) {
    return call(ModerationsServiceGrpc.getModerateMethod(), request, settings);
  }

  /**
   * How a text goes on, by a model that knows no chats.
   *
   * @param prompt how it begins
   * @return what follows, without the prompt
   */
  public String completeText(String prompt) {
    CompleteTextRequest.Builder request = CompleteTextRequest.newBuilder().setParams(goOn(prompt));
    return TextEvent.firstText(completeText(request.build()).getCompletion());
  }

  /**
   * How texts go on.
   *
   * @param request the whole request, with the model named
   * @return choices for each prompt
   */
  public CompleteTextResponse completeText(CompleteTextRequest request) {
    return completeText(request, CallSettings.defaults());
  }

  /**
   * How texts go on.
   *
   * @param request the whole request, with the model named
   * @param settings timeout, metadata and idempotency key of this call
   * @return choices for each prompt
   */
  public CompleteTextResponse completeText(CompleteTextRequest request, CallSettings settings) {
    return call(TextCompletionsServiceGrpc.getCompleteTextMethod(), request, settings);
  }

  private static TextCompletionParams.Builder goOn(String prompt) {
    return TextCompletionParams.newBuilder().setModel(DEFAULT_TEXT_MODEL).addPrompt(prompt);
  }

  /**
   * How a text goes on, as it is made.
   *
   * @param prompt how it begins
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<TextEvent> streamCompleteText(String prompt) {
    return streamCompleteText(StreamCompleteTextRequest.newBuilder().setParams(goOn(prompt)).build());
  }

  /**
   * How texts go on, as it is made.
   *
   * @param request the whole request, with the model named
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<TextEvent> streamCompleteText(StreamCompleteTextRequest request) {
    return streamCompleteText(request, CallSettings.defaults());
  }

  /**
   * How texts go on, as it is made.
   *
   * @param request the whole request, with the model named
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<TextEvent> streamCompleteText(
      StreamCompleteTextRequest request, CallSettings settings) {
    return read(
        TextCompletionsServiceGrpc.getStreamCompleteTextMethod(), withKey(request, settings), settings,
        TextEvent::new, StreamCompleteTextResponse::hasCompleted);
  }

  /**
   * A wish in, pictures out.
   *
   * @param prompt what is to be seen
   * @return each with its data or its url
   */
  public List<Image> generateImages(String prompt) {
    ImageParams.Builder params = ImageParams.newBuilder().setModel(DEFAULT_IMAGE_MODEL).setPrompt(prompt);
    return generateImages(GenerateImagesRequest.newBuilder().setParams(params).build())
        .getResult()
        .getImagesList();
  }

  /**
   * Pictures.
   *
   * @param request the whole request, with the model named
   * @return pictures, and what the gateway says of them
   */
  public GenerateImagesResponse generateImages(GenerateImagesRequest request) {
    return generateImages(request, CallSettings.defaults());
  }

  /**
   * Pictures.
   *
   * @param request the whole request, with the model named
   * @param settings timeout, metadata and idempotency key of this call
   * @return pictures, and what the gateway says of them
   */
  public GenerateImagesResponse generateImages(GenerateImagesRequest request, CallSettings settings) {
    return call(ImagesServiceGrpc.getGenerateImagesMethod(), request, settings);
  }

  /**
   * A picture of any size.
   *
   * @param prompt what is to be seen
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<ImageEvent> streamImages(String prompt) {
    ImageParams.Builder params = ImageParams.newBuilder().setModel(DEFAULT_IMAGE_MODEL).setPrompt(prompt);
    return streamImages(StreamGenerateImagesRequest.newBuilder().setParams(params).build());
  }

  /**
   * Pictures of any size; with partial_images, previews while they are made.
   *
   * @param request the whole request, with the model named
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<ImageEvent> streamImages(StreamGenerateImagesRequest request) {
    return streamImages(request, CallSettings.defaults());
  }

  /**
   * Pictures of any size; with partial_images, previews while they are made.
   *
   * @param request the whole request, with the model named
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<ImageEvent> streamImages(
      StreamGenerateImagesRequest request, CallSettings settings) {
    return read(
        ImagesServiceGrpc.getStreamGenerateImagesMethod(), withKey(request, settings), settings,
        new ImageEvent.Parts()::take, StreamGenerateImagesResponse::hasCompleted);
  }

  /**
   * Any RPC with one request and one answer. The usual timeout is that of reads for RPCs that get,
   * list, delete, cancel or count.
   *
   * @param <Q> its request
   * @param <R> its answer
   * @param method of a generated class, e.g. ResponsesServiceGrpc.getGetResponseMethod()
   * @param request the whole request
   * @return the answer as it came
   */
  public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
    return call(method, request, CallSettings.defaults());
  }

  /**
   * Any RPC with one request and one answer. The usual timeout is that of reads for RPCs that get,
   * list, delete, cancel or count.
   *
   * @param <Q> its request
   * @param <R> its answer
   * @param method of a generated class, e.g. ResponsesServiceGrpc.getGetResponseMethod()
   * @param request the whole request
   * @param settings timeout, metadata and idempotency key of this call
   * @return the answer as it came
   */
  public <Q extends Message, R extends Message> R call(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
    return InferwireClient.await(callAsync(method, request, settings));
  }

  /**
   * The same as call, without waiting.
   *
   * @param <Q> its request
   * @param <R> its answer
   * @param method of a generated class, e.g. ResponsesServiceGrpc.getGetResponseMethod()
   * @param request the whole request
   * @param settings timeout, metadata and idempotency key of this call
   * @return cancelling it cancels the call, here and upstream; it fails with InferwireException
   */
  public <Q extends Message, R extends Message> CompletableFuture<R> callAsync(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
    boolean reads = READS.matcher(String.valueOf(method.getBareMethodName())).matches();
    Duration usual = reads ? options().readTimeout() : options().timeout();
    return unary(method, withKey(request, settings), settings, usual);
  }

  /**
   * Any RPC with one request and a streamed answer.
   *
   * @param <Q> its request
   * @param <R> its answer
   * @param method of a generated class, e.g. ResponsesServiceGrpc.getGetResponseMethod()
   * @param request the whole request
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
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
