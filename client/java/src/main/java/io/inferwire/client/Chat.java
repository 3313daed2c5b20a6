package io.inferwire.client;

import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.inferwire.v1.ChatServiceGrpc;
import io.inferwire.v1.CompleteManyItem;
import io.inferwire.v1.CompleteRequest;
import io.inferwire.v1.CompleteResponse;
import io.inferwire.v1.FinishReason;
import io.inferwire.v1.JsonSchemaFormat;
import io.inferwire.v1.ResponseFormat;
import io.inferwire.v1.StreamCompleteRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Chat, from plain values and from typed requests. A part of InferwireClient, which has the channel. */
abstract class Chat extends Media {
  Chat() {}

  abstract <Q, R> ClientCall<Q, R> call(MethodDescriptor<Q, R> method, CallSettings settings, Duration usual);

  abstract <Q, R, T> CompletableFuture<T> unary(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings, Duration usual, Function<R, T> wrap);

  /** Text in, text out. */
  public String complete(String prompt) {
    return complete(Prompt.of(prompt)).text();
  }

  public Answer complete(Prompt prompt) {
    return complete(prompt, CallSettings.defaults());
  }

  public Answer complete(Prompt prompt, CallSettings settings) {
    return new Answer(complete(request(prompt), settings));
  }

  private CompleteRequest request(Prompt prompt) {
    return CompleteRequest.newBuilder().setParams(prompt.params(options().model())).build();
  }

  /**
   * An answer as a record (of records, lists, maps, enums, Optional, java.time, ...), an enum, a list
   * or another value: the model is held to its schema. Throws AnswerException where it says something
   * else.
   */
  public <T> T parse(String prompt, Class<T> type) {
    return parse(Prompt.of(prompt), type).value();
  }

  public <T> Parsed<T> parse(Prompt prompt, Class<T> type) {
    return parse(prompt, type, CallSettings.defaults());
  }

  public <T> Parsed<T> parse(Prompt prompt, Class<T> type, CallSettings settings) {
    Typed<T> typed = Typed.of(type);
    JsonSchemaFormat.Builder format =
        JsonSchemaFormat.newBuilder().setName(typed.name()).setSchemaJson(typed.schema()).setStrict(true);
    Answer answer =
        complete(prompt.with(to -> to.setResponseFormat(ResponseFormat.newBuilder().setJsonSchema(format))), settings);
    if (answer.refusal().isPresent() || answer.finishReason() == FinishReason.FINISH_REASON_CONTENT_FILTER) {
      throw new AnswerException.Refused(answer);
    }
    if (answer.finishReason() == FinishReason.FINISH_REASON_LENGTH) {
      throw new AnswerException.CutOff(answer);
    }
    try {
      return new Parsed<>(typed.read(answer.text()), answer);
    } catch (DoesNotFit e) {
      throw new AnswerException.Mismatch(answer, e.getMessage(), e.getCause());
    }
  }

  /** Asks, calls the functions that the model wants called, tells it the results, until it answers. */
  public ToolRun runTools(String prompt, ToolFunction<?>... functions) {
    return runTools(Prompt.of(prompt), List.of(functions), InferwireClient.DEFAULT_MAX_ROUNDS);
  }

  public ToolRun runTools(Prompt prompt, List<ToolFunction<?>> functions, int maxRounds) {
    return runTools(prompt, functions, maxRounds, CallSettings.defaults());
  }

  /**
   * The functions of one answer are called one after the other, by this thread. What one throws, and
   * that there is none of that name, is told to the model. maxRounds: how often the model is asked at
   * most; then AnswerException.TooManyRounds. settings: of each round.
   */
  public ToolRun runTools(
      Prompt prompt, List<ToolFunction<?>> functions, int maxRounds, CallSettings settings) {
    return new ToolLoop(functions).run(prompt, maxRounds, asked -> complete(asked, settings));
  }

  public CompleteResponse complete(CompleteRequest request) {
    return complete(request, CallSettings.defaults());
  }

  public CompleteResponse complete(CompleteRequest request, CallSettings settings) {
    return InferwireClient.await(completeAsync(request, settings));
  }

  /** Cancelling the future cancels the call, here and upstream. */
  public CompletableFuture<CompleteResponse> completeAsync(CompleteRequest request) {
    return completeAsync(request, CallSettings.defaults());
  }

  public CompletableFuture<CompleteResponse> completeAsync(
      CompleteRequest request, CallSettings settings) {
    return unary(
        ChatServiceGrpc.getCompleteMethod(), withKey(request, settings), settings,
        options().timeout());
  }

  /** Cancelling the future cancels the call, here and upstream. */
  public CompletableFuture<Answer> completeAsync(Prompt prompt) {
    return completeAsync(prompt, CallSettings.defaults());
  }

  public CompletableFuture<Answer> completeAsync(Prompt prompt, CallSettings settings) {
    return unary(
        ChatServiceGrpc.getCompleteMethod(), withKey(request(prompt), settings), settings, options().timeout(),
        Answer::new);
  }

  public ChatStream stream(String prompt) {
    return stream(Prompt.of(prompt));
  }

  public ChatStream stream(Prompt prompt) {
    return stream(prompt, CallSettings.defaults());
  }

  public ChatStream stream(Prompt prompt, CallSettings settings) {
    StreamCompleteRequest.Builder request =
        StreamCompleteRequest.newBuilder().setParams(prompt.params(options().model()));
    return stream(request.build(), settings);
  }

  public ChatStream stream(StreamCompleteRequest request) {
    return stream(request, CallSettings.defaults());
  }

  public ChatStream stream(StreamCompleteRequest request, CallSettings settings) {
    return new ChatStream(
        call(ChatServiceGrpc.getStreamCompleteMethod(), settings, options().timeout()), withKey(request, settings));
  }

  /** Each prompt's place in the list is the itemId of its result. */
  public Many completeMany(List<String> prompts) {
    return completeMany(prompts, 0);
  }

  /** maxInFlight: running at the same time; 0: the server's limit, which also caps it. */
  public Many completeMany(List<String> prompts, int maxInFlight) {
    Iterator<CompleteManyItem> items =
        IntStream.range(0, prompts.size())
            .mapToObj(
                place ->
                    CompleteManyItem.newBuilder()
                        .setItemId(String.valueOf(place))
                        .setParams(Prompt.of(prompts.get(place)).params(options().model()))
                        .build())
            .iterator();
    return completeMany(items, Many.Options.maxInFlight(maxInFlight), CallSettings.defaults());
  }

  /** Any number of requests on one stream. Each item is asked for only when it may be sent. */
  public Many completeMany(Iterable<CompleteManyItem> items, Many.Options manyOptions) {
    return completeMany(items.iterator(), manyOptions, CallSettings.defaults());
  }

  public Many completeMany(
      Iterator<CompleteManyItem> items, Many.Options manyOptions, CallSettings settings) {
    return new Many(
        call(ChatServiceGrpc.getCompleteManyMethod(), settings, options().timeout()), items,
        manyOptions);
  }
}
