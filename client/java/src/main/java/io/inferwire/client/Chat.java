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

  /**
   * Text in, text out, by the client's model.
   *
   * @param prompt what the user says
   * @return the text of the first choice; what the model refused with, if it refused
   */
  public String complete(String prompt) {
    return complete(Prompt.of(prompt)).text();
  }

  /**
   * An answer to plain values.
   *
   * @param prompt the client's model is asked if it names none
   * @return text, calls of functions, usage and cost
   */
  public Answer complete(Prompt prompt) {
    return complete(prompt, CallSettings.defaults());
  }

  /**
   * An answer to plain values.
   *
   * @param prompt the client's model is asked if it names none
   * @param settings timeout, metadata and idempotency key of this call
   * @return text, calls of functions, usage and cost
   */
  public Answer complete(Prompt prompt, CallSettings settings) {
    return new Answer(complete(request(prompt), settings));
  }

  private CompleteRequest request(Prompt prompt) {
    return CompleteRequest.newBuilder().setParams(prompt.params(options().model())).build();
  }

  /**
   * An answer as a record (of records, lists, maps, enums, Optional, java.time, ...), an enum, a
   * list or another value: the model is held to its schema. Throws AnswerException where it says
   * something else.
   *
   * @param <T> that type
   * @param prompt what the user says
   * @param type a type that JSON can say; any other is INVALID_OPTIONS
   * @return never null
   */
  public <T> T parse(String prompt, Class<T> type) {
    return parse(Prompt.of(prompt), type).value();
  }

  /**
   * As parse of a text, with the answer that it was read from.
   *
   * @param <T> that type
   * @param prompt its response format is replaced
   * @param type a type that JSON can say
   * @return the value, and the answer with its cost
   */
  public <T> Parsed<T> parse(Prompt prompt, Class<T> type) {
    return parse(prompt, type, CallSettings.defaults());
  }

  /**
   * As parse of a text, with the answer that it was read from.
   *
   * @param <T> that type
   * @param prompt its response format is replaced
   * @param type a type that JSON can say
   * @param settings timeout, metadata and idempotency key of this call
   * @return the value, and the answer with its cost
   */
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

  /**
   * Asks, calls the functions that the model wants called, tells it the results, until it answers:
   * at most InferwireClient.DEFAULT_MAX_ROUNDS times.
   *
   * @param prompt what the user says
   * @param functions of different names
   * @return the last answer, and usage and cost of all rounds
   */
  public ToolRun runTools(String prompt, ToolFunction<?>... functions) {
    return runTools(Prompt.of(prompt), List.of(functions), InferwireClient.DEFAULT_MAX_ROUNDS);
  }

  /**
   * Asks, calls the functions that the model wants called, tells it the results, until it answers.
   *
   * @param prompt its tools are kept
   * @param functions of different names
   * @param maxRounds how often the model is asked at most, 1 or more; then
   *     AnswerException.TooManyRounds
   * @return the last answer, and usage and cost of all rounds
   */
  public ToolRun runTools(Prompt prompt, List<ToolFunction<?>> functions, int maxRounds) {
    return runTools(prompt, functions, maxRounds, CallSettings.defaults());
  }

  /**
   * Asks, calls the functions that the model wants called, tells it the results, until it answers.
   * The functions of one answer are called one after the other, by this thread. What one throws,
   * and that there is none of that name, is told to the model.
   *
   * @param prompt its tools are kept
   * @param functions of different names
   * @param maxRounds how often the model is asked at most, 1 or more; then
   *     AnswerException.TooManyRounds
   * @param settings of each round
   * @return the last answer, and usage and cost of all rounds
   */
  public ToolRun runTools(
      Prompt prompt, List<ToolFunction<?>> functions, int maxRounds, CallSettings settings) {
    return new ToolLoop(functions).run(prompt, maxRounds, asked -> complete(asked, settings));
  }

  /**
   * A typed request, a typed answer.
   *
   * @param request the whole request, with the model named
   * @return the completion, and what the gateway says of it
   */
  public CompleteResponse complete(CompleteRequest request) {
    return complete(request, CallSettings.defaults());
  }

  /**
   * A typed request, a typed answer.
   *
   * @param request the whole request, with the model named
   * @param settings timeout, metadata and idempotency key of this call
   * @return the completion, and what the gateway says of it
   */
  public CompleteResponse complete(CompleteRequest request, CallSettings settings) {
    return InferwireClient.await(completeAsync(request, settings));
  }

  /**
   * The same as complete, without waiting.
   *
   * @param request the whole request, with the model named
   * @return cancelling it cancels the call, here and upstream; it fails with InferwireException
   */
  public CompletableFuture<CompleteResponse> completeAsync(CompleteRequest request) {
    return completeAsync(request, CallSettings.defaults());
  }

  /**
   * The same as complete, without waiting.
   *
   * @param request the whole request, with the model named
   * @param settings timeout, metadata and idempotency key of this call
   * @return cancelling it cancels the call, here and upstream; it fails with InferwireException
   */
  public CompletableFuture<CompleteResponse> completeAsync(
      CompleteRequest request, CallSettings settings) {
    return unary(
        ChatServiceGrpc.getCompleteMethod(), withKey(request, settings), settings,
        options().timeout());
  }

  /**
   * The same as complete, without waiting.
   *
   * @param prompt the client's model is asked if it names none
   * @return cancelling it cancels the call, here and upstream; it fails with InferwireException
   */
  public CompletableFuture<Answer> completeAsync(Prompt prompt) {
    return completeAsync(prompt, CallSettings.defaults());
  }

  /**
   * The same as complete, without waiting.
   *
   * @param prompt the client's model is asked if it names none
   * @param settings timeout, metadata and idempotency key of this call
   * @return cancelling it cancels the call, here and upstream; it fails with InferwireException
   */
  public CompletableFuture<Answer> completeAsync(Prompt prompt, CallSettings settings) {
    return unary(
        ChatServiceGrpc.getCompleteMethod(), withKey(request(prompt), settings), settings, options().timeout(),
        Answer::new);
  }

  /**
   * An answer as it is made, by the client's model.
   *
   * @param prompt what the user says
   * @return for one loop in a try-with-resources block
   */
  public ChatStream stream(String prompt) {
    return stream(Prompt.of(prompt));
  }

  /**
   * An answer as it is made.
   *
   * @param prompt the client's model is asked if it names none
   * @return for one loop in a try-with-resources block
   */
  public ChatStream stream(Prompt prompt) {
    return stream(prompt, CallSettings.defaults());
  }

  /**
   * An answer as it is made.
   *
   * @param prompt the client's model is asked if it names none
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
  public ChatStream stream(Prompt prompt, CallSettings settings) {
    StreamCompleteRequest.Builder request =
        StreamCompleteRequest.newBuilder().setParams(prompt.params(options().model()));
    return stream(request.build(), settings);
  }

  /**
   * An answer as it is made.
   *
   * @param request the whole request, with the model named
   * @return for one loop in a try-with-resources block
   */
  public ChatStream stream(StreamCompleteRequest request) {
    return stream(request, CallSettings.defaults());
  }

  /**
   * An answer as it is made.
   *
   * @param request the whole request, with the model named
   * @param settings timeout (for the whole stream), metadata and idempotency key of this call
   * @return for one loop in a try-with-resources block
   */
  public ChatStream stream(StreamCompleteRequest request, CallSettings settings) {
    return new ChatStream(
        call(ChatServiceGrpc.getStreamCompleteMethod(), settings, options().timeout()), withKey(request, settings));
  }

  /**
   * Many questions at a time, as many as the server lets run.
   *
   * @param prompts each one's place in the list, from 0, is the itemId of its result
   * @return the results as they end, for one loop in a try-with-resources block
   */
  public Many completeMany(List<String> prompts) {
    return completeMany(prompts, 0);
  }

  /**
   * Many questions at a time.
   *
   * @param prompts each one's place in the list, from 0, is the itemId of its result
   * @param maxInFlight running at the same time; 0: the server's limit, which also caps it
   * @return the results as they end, for one loop in a try-with-resources block
   */
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

  /**
   * Any number of requests on one stream.
   *
   * @param items each with an id and a model, and asked for only when it may be sent
   * @param manyOptions how many at a time, and who is told of it
   * @return the results as they end, for one loop in a try-with-resources block
   */
  public Many completeMany(Iterable<CompleteManyItem> items, Many.Options manyOptions) {
    return completeMany(items.iterator(), manyOptions, CallSettings.defaults());
  }

  /**
   * Any number of requests on one stream.
   *
   * @param items each with an id and a model, and asked for only when it may be sent, by a thread
   *     of its own
   * @param manyOptions how many at a time, and who is told of it
   * @param settings the timeout is for all of them
   * @return the results as they end, for one loop in a try-with-resources block
   */
  public Many completeMany(
      Iterator<CompleteManyItem> items, Many.Options manyOptions, CallSettings settings) {
    return new Many(
        call(ChatServiceGrpc.getCompleteManyMethod(), settings, options().timeout()), items,
        manyOptions);
  }
}
