package io.inferwire.client;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.inferwire.v1.ChatCompletion;
import io.inferwire.v1.ChatCompletionParams;
import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.ChatServiceGrpc;
import io.inferwire.v1.CompleteManyItem;
import io.inferwire.v1.CompleteRequest;
import io.inferwire.v1.CompleteResponse;
import io.inferwire.v1.ContentPart;
import io.inferwire.v1.Cost;
import io.inferwire.v1.InvokeRequest;
import io.inferwire.v1.InvokeResponse;
import io.inferwire.v1.RawServiceGrpc;
import io.inferwire.v1.RealtimeServiceGrpc;
import io.inferwire.v1.RealtimeStart;
import io.inferwire.v1.Role;
import io.inferwire.v1.StreamCompleteRequest;
import io.inferwire.v1.StreamCompleteResponse;
import io.inferwire.v1.StreamInvokeRequest;
import io.inferwire.v1.StreamInvokeResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The Java client of Inferwire, the gRPC gateway to large language models. Thread-safe: share one,
 * and keep it for the process's life. Every call has a deadline, can be cancelled, and throws
 * InferwireException when it fails. io.inferwire.v1 has every message of the API.
 *
 * <pre>{@code
 * var client = InferwireClient.connect("dns:///inferwire:50051");
 * System.out.println(client.complete("Why is the sky blue?"));
 * try (var stream = client.stream("Tell me a story.")) {
 *   for (Event event : stream) System.out.print(event.text());
 * }
 * }</pre>
 */
public final class InferwireClient extends Services implements AutoCloseable {
  public static final String DEFAULT_MODEL = "gpt-4.1-mini";

  // Longer than any provider's session: the gateway and the provider end it before.
  private static final Duration REALTIME_TIMEOUT = Duration.ofHours(2);

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  // HealthCheckRequest is one string with number 1 and HealthCheckResponse one enum with number 1:
  // on the wire these are the two wrappers.
  private static final MethodDescriptor<StringValue, Int32Value> HEALTH_CHECK =
      MethodDescriptor.<StringValue, Int32Value>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Int32Value.getDefaultInstance()))
          .build();

  /** The states of grpc.health.v1, by their numbers. */
  public enum Health {
    UNKNOWN,
    SERVING,
    NOT_SERVING,
    SERVICE_UNKNOWN
  }

  private final Target target;
  private final ManagedChannel channel;
  private final ClientOptions options;
  private ManagedChannel longRequests; // guarded by this; opened by the first of them

  private InferwireClient(String target, ClientOptions options) {
    this.target = Target.read(target);
    this.channel = Channels.open(this.target, options);
    this.options = options;
  }

  /** The network is touched by the first call. */
  public static InferwireClient connect(String target) {
    return connect(target, ClientOptions.defaults());
  }

  /**
   * target: host, host:port, dns:///host:port, https://host:port, unix:/path, ... (README.md). A name
   * with several addresses is used in turn.
   */
  public static InferwireClient connect(String target, ClientOptions options) {
    String key = System.getenv("INFERWIRE_API_KEY");
    boolean given = key == null || !options.bearerToken().isEmpty();
    return new InferwireClient(target, given ? options : options.withBearerToken(key));
  }

  /** Where the calls go, as gRPC is told. */
  public String target() {
    return target.uri();
  }

  /** Cancels what is running; later calls throw CLIENT_CLOSED. */
  @Override
  public synchronized void close() {
    channel.shutdownNow();
    if (longRequests != null) {
      longRequests.shutdownNow();
    }
  }

  /** The parameters of one user message: the start of most calls. */
  public static ChatCompletionParams.Builder ask(String prompt, String model) {
    return ChatCompletionParams.newBuilder()
        .setModel(model)
        .addMessages(ChatMessage.newBuilder().setRole(Role.ROLE_USER).setContent(prompt));
  }

  /**
   * The text of the first choice, in one string or in parts; what the model refused with, if it
   * refused.
   */
  public static String text(ChatCompletion completion) {
    if (completion.getChoicesCount() == 0) {
      return "";
    }
    ChatMessage message = completion.getChoices(0).getMessage();
    if (message.hasContent()) {
      return message.getContent();
    }
    String text = joined(message, ContentPart::getText);
    if (!text.isEmpty()) {
      return text;
    }
    return message.getRefusal().isEmpty() ? joined(message, ContentPart::getRefusal) : message.getRefusal();
  }

  private static String joined(ChatMessage message, Function<ContentPart, String> text) {
    return message.getContentPartsList().stream().map(text).collect(Collectors.joining());
  }

  /**
   * In millionths of a millionth of a dollar; empty: not known, where getTotalPicousd() is 0. Of an
   * answer: response.getGateway().getCost().
   */
  public static OptionalLong cost(Cost cost) {
    return cost.hasTotalPicousd() ? OptionalLong.of(cost.getTotalPicousd()) : OptionalLong.empty();
  }

  /** Text in, text out. */
  public String complete(String prompt) {
    ChatCompletionParams.Builder params = ask(prompt, DEFAULT_MODEL);
    return text(complete(CompleteRequest.newBuilder().setParams(params).build()).getCompletion());
  }

  public CompleteResponse complete(CompleteRequest request) {
    return complete(request, CallSettings.defaults());
  }

  public CompleteResponse complete(CompleteRequest request, CallSettings settings) {
    return await(completeAsync(request, settings));
  }

  /** Cancelling the future cancels the call, here and upstream. */
  public CompletableFuture<CompleteResponse> completeAsync(CompleteRequest request) {
    return completeAsync(request, CallSettings.defaults());
  }

  public CompletableFuture<CompleteResponse> completeAsync(
      CompleteRequest request, CallSettings settings) {
    return unary(
        ChatServiceGrpc.getCompleteMethod(), withKey(request, settings), settings,
        options.timeout());
  }

  public MessageStream<Event> stream(String prompt) {
    ChatCompletionParams.Builder params = ask(prompt, DEFAULT_MODEL);
    return stream(StreamCompleteRequest.newBuilder().setParams(params).build());
  }

  public MessageStream<Event> stream(StreamCompleteRequest request) {
    return stream(request, CallSettings.defaults());
  }

  public MessageStream<Event> stream(StreamCompleteRequest request, CallSettings settings) {
    return read(
        ChatServiceGrpc.getStreamCompleteMethod(), withKey(request, settings), settings, Event::new,
        StreamCompleteResponse::hasCompleted);
  }

  /** Any number of requests on one stream. Each item is asked for only when it may be sent. */
  public Many completeMany(Iterable<CompleteManyItem> items, Many.Options manyOptions) {
    return completeMany(items.iterator(), manyOptions, CallSettings.defaults());
  }

  public Many completeMany(
      Iterator<CompleteManyItem> items, Many.Options manyOptions, CallSettings settings) {
    return new Many(
        call(ChatServiceGrpc.getCompleteManyMethod(), settings, options.timeout()), items,
        manyOptions);
  }

  /** A session with a model that listens and speaks, by its name. */
  public RealtimeSession realtime(String model) {
    return realtime(RealtimeStart.newBuilder().setModel(model).build(), CallSettings.defaults());
  }

  /** A session with a model that listens and speaks. The timeout is for all of it. */
  public RealtimeSession realtime(RealtimeStart start, CallSettings settings) {
    return new RealtimeSession(
        call(RealtimeServiceGrpc.getConnectMethod(), settings, REALTIME_TIMEOUT), start);
  }

  /** Any path that the server allows. An HTTP error status is a value here, not an exception. */
  public InvokeResponse invoke(InvokeRequest request, CallSettings settings) {
    return await(unary(RawServiceGrpc.getInvokeMethod(), request, settings, options.timeout()));
  }

  public MessageStream<StreamInvokeResponse> streamInvoke(
      StreamInvokeRequest request, CallSettings settings) {
    return read(
        RawServiceGrpc.getStreamInvokeMethod(), request, settings, message -> message,
        StreamInvokeResponse::hasCompleted);
  }

  /** Any number of requests, worked off within a day at the batch price. */
  public Batches batches() {
    return new Batches(this);
  }

  /** What the models cost and can do. */
  public Models models() {
    return new Models(this);
  }

  /** Where requests go and why. */
  public Routes routes() {
    return new Routes(this);
  }

  /** What was used and what is left. */
  public Usage usage() {
    return new Usage(this);
  }

  /** "" asks for the server as a whole. */
  public Health health(String service) {
    try {
      int status = look(HEALTH_CHECK, StringValue.of(service)).getValue();
      return status < Health.values().length ? Health.values()[status] : Health.UNKNOWN;
    } catch (InferwireException e) {
      if (e.code() == Status.Code.NOT_FOUND) {
        return Health.SERVICE_UNKNOWN;
      }
      throw e;
    }
  }

  @Override
  ClientOptions options() {
    return options;
  }

  /** A call that only reads. */
  <Q, R> R look(MethodDescriptor<Q, R> method, Q request) {
    return await(unary(method, request, CallSettings.defaults(), options.readTimeout()));
  }

  @Override
  <Q, R, T> MessageStream<T> read(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings, Function<R, T> wrap,
      Predicate<R> isLast) {
    return MessageStream.open(
        call(method, settings, options.timeout()),
        begun -> {
          begun.sendMessage(request);
          begun.halfClose();
        },
        wrap,
        isLast);
  }

  <Q, R> ClientCall<Q, R> call(
      MethodDescriptor<Q, R> method, CallSettings settings, Duration usual) {
    return call(channel, method, settings, usual);
  }

  /** A call whose request is a long stream. */
  <Q, R> ClientCall<Q, R> callWithLongRequest(
      MethodDescriptor<Q, R> method, CallSettings settings, Duration usual) {
    return call(longRequests(), method, settings, usual);
  }

  private synchronized ManagedChannel longRequests() {
    if (longRequests == null && !channel.isShutdown()) {
      longRequests = Channels.openForLongRequests(target, options);
    }
    return longRequests == null ? channel : longRequests;
  }

  private <Q, R> ClientCall<Q, R> call(
      ManagedChannel channel, MethodDescriptor<Q, R> method, CallSettings settings, Duration usual) {
    if (channel.isShutdown()) {
      throw InferwireException.clientClosed();
    }
    Metadata headers = new Metadata();
    headers.merge(settings.metadata());
    if (!options.bearerToken().isEmpty()) {
      headers.put(AUTHORIZATION, "Bearer " + options.bearerToken());
    }
    Channel with =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    Duration timeout = settings.timeout() == null ? usual : settings.timeout();
    return with.newCall(
        method,
        CallOptions.DEFAULT
            .withStreamTracerFactory(Pushback.FACTORY)
            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .withMaxOutboundMessageSize(options.maxMessageBytes()));
  }

  @Override
  <Q, R> CompletableFuture<R> unary(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings, Duration usual) {
    ListenableFuture<R> running;
    try {
      running = ClientCalls.futureUnaryCall(call(method, settings, usual), request);
    } catch (InferwireException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<R> result =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            running.cancel(true);
            return super.cancel(mayInterrupt);
          }
        };
    running.addListener(() -> hand(running, result), Runnable::run);
    return result;
  }

  private static <R> void hand(ListenableFuture<R> from, CompletableFuture<R> to) {
    try {
      to.complete(from.get());
    } catch (ExecutionException e) {
      boolean known = e.getCause() instanceof StatusRuntimeException;
      StatusRuntimeException ended = known ? (StatusRuntimeException) e.getCause() : null;
      to.completeExceptionally(
          known ? InferwireException.fromGrpc(ended.getStatus(), ended.getTrailers()) : e.getCause());
    } catch (Exception e) {
      to.completeExceptionally(e); // the future was cancelled
    }
  }

  static <R> R await(CompletableFuture<R> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InferwireException failure) {
        // The place that matters is the caller's, not gRPC's thread.
        failure.setStackTrace(new Throwable().getStackTrace());
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw InferwireException.fromGrpc(Status.CANCELLED.withDescription("interrupted"), null);
    }
  }
}
