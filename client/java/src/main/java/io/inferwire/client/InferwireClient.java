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
import io.inferwire.v1.ContentPart;
import io.inferwire.v1.Cost;
import io.inferwire.v1.InvokeRequest;
import io.inferwire.v1.InvokeResponse;
import io.inferwire.v1.RawServiceGrpc;
import io.inferwire.v1.RealtimeServiceGrpc;
import io.inferwire.v1.RealtimeStart;
import io.inferwire.v1.Role;
import io.inferwire.v1.StreamInvokeRequest;
import io.inferwire.v1.StreamInvokeResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
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
public final class InferwireClient extends Chat implements AutoCloseable {
  /** Of this package; the gateway is told it. */
  public static final String VERSION = "0.1.0";

  /** Of chat and responses, where neither the call, the client nor INFERWIRE_MODEL names one. */
  public static final String DEFAULT_MODEL = "gpt-4.1-mini";

  /** How often runTools asks a model, if not told otherwise. */
  public static final int DEFAULT_MAX_ROUNDS = 10;

  // Longer than any provider's session: the gateway and the provider end it before.
  private static final Duration REALTIME_TIMEOUT = Duration.ofHours(2);

  // A dollar has 10^12 pUSD.
  private static final int PICO_DIGITS = 12;

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
    /** The server did not say. */
    UNKNOWN,
    /** It takes calls. */
    SERVING,
    /** It is there, and takes none: it starts, or drains. */
    NOT_SERVING,
    /** The server has no such service. */
    SERVICE_UNKNOWN
  }

  private final Target target;
  private final ManagedChannel channel;
  private final ClientOptions options;
  private ManagedChannel longRequests; // guarded by this; opened by the first of them

  private InferwireClient(Target target, ClientOptions options) {
    this.target = target;
    this.channel = Channels.open(target, options);
    this.options = options;
  }

  /**
   * To INFERWIRE_SERVER, or else this machine's port 50051. The network is touched by the first
   * call.
   *
   * @return to be shared, and closed at the process's end
   */
  public static InferwireClient connect() {
    return connect(ClientOptions.defaults());
  }

  /**
   * To INFERWIRE_SERVER, or else this machine's port 50051. Throws InferwireException
   * (INVALID_OPTIONS) if they cannot be right.
   *
   * @param options what they leave open is taken from the environment
   * @return to be shared, and closed at the process's end
   */
  public static InferwireClient connect(ClientOptions options) {
    return connect(Environment.ofProcess().server(), options);
  }

  /**
   * With the default options. The network is touched by the first call.
   *
   * @param target host, host:port, dns:///host:port, https://host:port, unix:/path, ...
   *     (README.md); not empty
   * @return to be shared, and closed at the process's end
   */
  public static InferwireClient connect(String target) {
    return connect(target, ClientOptions.defaults());
  }

  /**
   * The network is touched by the first call. Throws InferwireException (INVALID_OPTIONS) if target
   * and options cannot be right.
   *
   * @param target host, host:port, dns:///host:port, https://host:port, unix:/path, ...
   *     (README.md); not empty. A name with several addresses is used in turn
   * @param options what they leave open is taken from INFERWIRE_MODEL, INFERWIRE_CA and
   *     INFERWIRE_API_KEY
   * @return to be shared, and closed at the process's end
   */
  public static InferwireClient connect(String target, ClientOptions options) {
    Target known = Target.read(target);
    return new InferwireClient(known, Environment.ofProcess().complete(options, known));
  }

  /**
   * Where the calls go.
   *
   * @return as gRPC is told
   */
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

  /**
   * The parameters of one user message: the start of most calls.
   *
   * @param prompt what the user says
   * @param model its name or alias
   * @return to be gone on with
   */
  public static ChatCompletionParams.Builder ask(String prompt, String model) {
    return ChatCompletionParams.newBuilder()
        .setModel(model)
        .addMessages(ChatMessage.newBuilder().setRole(Role.ROLE_USER).setContent(prompt));
  }

  /**
   * The text of the first choice, in one string or in parts.
   *
   * @param completion as of CompleteResponse
   * @return what the model refused with, if it refused; empty if there was no choice
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
    return text.isEmpty() ? refusal(message) : text;
  }

  static String refusal(ChatMessage message) {
    return message.getRefusal().isEmpty() ? joined(message, ContentPart::getRefusal) : message.getRefusal();
  }

  private static String joined(ChatMessage message, Function<ContentPart, String> text) {
    return message.getContentPartsList().stream().map(text).collect(Collectors.joining());
  }

  /**
   * A cost in pUSD: millionths of a millionth of a dollar.
   *
   * @param cost of an answer: response.getGateway().getCost()
   * @return exact; empty: not known, where getTotalPicousd() is 0
   */
  public static OptionalLong cost(Cost cost) {
    return cost.hasTotalPicousd() ? OptionalLong.of(cost.getTotalPicousd()) : OptionalLong.empty();
  }

  /**
   * A cost in US dollars.
   *
   * @param cost of an answer: response.getGateway().getCost()
   * @return exact; empty: not priced
   */
  public static Optional<BigDecimal> dollars(Cost cost) {
    return cost.hasTotalPicousd()
        ? Optional.of(BigDecimal.valueOf(cost.getTotalPicousd(), PICO_DIGITS).stripTrailingZeros())
        : Optional.empty();
  }

  /**
   * A session with a model that listens and speaks.
   *
   * @param model its name, e.g. gpt-realtime
   * @return for one loop in a try-with-resources block
   */
  public RealtimeSession realtime(String model) {
    return realtime(RealtimeStart.newBuilder().setModel(model).build(), CallSettings.defaults());
  }

  /**
   * A session with a model that listens and speaks.
   *
   * @param start the model, and how the session is to be
   * @param settings the timeout is for all of it; null: 2 h
   * @return for one loop in a try-with-resources block
   */
  public RealtimeSession realtime(RealtimeStart start, CallSettings settings) {
    return new RealtimeSession(
        call(RealtimeServiceGrpc.getConnectMethod(), settings, REALTIME_TIMEOUT), start);
  }

  /**
   * Any path that the server allows. An HTTP error status is a value here, not an exception.
   *
   * @param request method, path, query and body
   * @param settings timeout and metadata of this call; the key is for calls to a model
   * @return status, headers and body as they came
   */
  public InvokeResponse invoke(InvokeRequest request, CallSettings settings) {
    return await(invokeAsync(request, settings));
  }

  /**
   * The same as invoke, without waiting.
   *
   * @param request method, path, query and body
   * @param settings timeout and metadata of this call; the key is for calls to a model
   * @return cancelling it cancels the call, here and upstream; it fails with InferwireException
   */
  public CompletableFuture<InvokeResponse> invokeAsync(InvokeRequest request, CallSettings settings) {
    return unary(RawServiceGrpc.getInvokeMethod(), request, settings, options.timeout());
  }

  /**
   * Any path that the server allows, its answer as it is made. An HTTP error status is a value
   * here, not an exception.
   *
   * @param request method, path, query and body
   * @param settings timeout and metadata of this call; the key is for calls to a model
   * @return for one loop in a try-with-resources block
   */
  public MessageStream<StreamInvokeResponse> streamInvoke(
      StreamInvokeRequest request, CallSettings settings) {
    return read(
        RawServiceGrpc.getStreamInvokeMethod(), request, settings, message -> message,
        StreamInvokeResponse::hasCompleted);
  }

  /**
   * Any number of requests, worked off within a day at the batch price.
   *
   * @return thread-safe, like the client
   */
  public Batches batches() {
    return new Batches(this);
  }

  /**
   * Files at an upstream: upload, download, list, delete.
   *
   * @return thread-safe, like the client
   */
  public StoredFiles files() {
    return new StoredFiles(this);
  }

  /**
   * What the models cost and can do.
   *
   * @return thread-safe, like the client
   */
  public Models models() {
    return new Models(this);
  }

  /**
   * Where requests go and why.
   *
   * @return thread-safe, like the client
   */
  public Routes routes() {
    return new Routes(this);
  }

  /**
   * What was used and what is left.
   *
   * @return thread-safe, like the client
   */
  public Usage usage() {
    return new Usage(this);
  }

  /**
   * Whether the gateway can be called. Throws InferwireException if it is not reached.
   *
   * @param service a service's full name; "": the server as a whole
   * @return SERVICE_UNKNOWN for a name that the server does not know
   */
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

  @Override
  <Q, R> ClientCall<Q, R> call(
      MethodDescriptor<Q, R> method, CallSettings settings, Duration usual) {
    return call(channel, method, settings, usual);
  }

  /** A call whose request is a long stream. */
  <Q, R> ClientCall<Q, R> callWithLongRequest(
      MethodDescriptor<Q, R> method, CallSettings settings, Duration usual) {
    return call(longRequests(), method, settings, usual);
  }

  @Override
  <Q, R> R send(MethodDescriptor<Q, R> method, Q header, Form<Q> form, CallSettings settings) {
    try (form) {
      return Uploads.send(callWithLongRequest(method, settings, options.timeout()), header, form);
    }
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
    return unary(method, request, settings, usual, answer -> answer);
  }

  @Override
  <Q, R, T> CompletableFuture<T> unary(
      MethodDescriptor<Q, R> method, Q request, CallSettings settings, Duration usual, Function<R, T> wrap) {
    ListenableFuture<R> running;
    try {
      running = ClientCalls.futureUnaryCall(call(method, settings, usual), request);
    } catch (InferwireException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<T> result =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterrupt) {
            running.cancel(true);
            return super.cancel(mayInterrupt);
          }
        };
    running.addListener(() -> hand(running, result, wrap), Runnable::run);
    return result;
  }

  private static <R, T> void hand(ListenableFuture<R> from, CompletableFuture<T> to, Function<R, T> wrap) {
    try {
      to.complete(wrap.apply(from.get()));
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
