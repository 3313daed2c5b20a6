package io.inferwire.client;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.inferwire.v1.CallOptions;
import io.inferwire.v1.HttpCall;
import io.inferwire.v1.HttpHeader;
import io.inferwire.v1.InvokeRequest;
import io.inferwire.v1.InvokeResponse;
import io.inferwire.v1.QueryParameter;
import io.inferwire.v1.RawStarted;
import io.inferwire.v1.StreamInvokeRequest;
import io.inferwire.v1.StreamInvokeResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Okio;

/**
 * Carries OpenAI's SDK, and whatever else speaks OpenAI's HTTP API through OkHttp, over Inferwire: an
 * interceptor that answers every request by RawService and lets none through to the network.
 *
 * <pre>{@code
 * OpenAIClient openai =
 *     OpenAIOkHttpClient.builder().apiKey("unused").addInterceptor(new OpenAITransport(client)).build();
 * }</pre>
 *
 * <p>Answers, streams, errors, retries, timeouts and cancels are those of HTTP. What the gateway
 * itself refuses is an error with OpenAI's JSON, whose code is the reason. The SDK's key goes nowhere:
 * the client has its own. Which paths there are is the server's raw.allow. Needs
 * com.squareup.okhttp3:okhttp, which OpenAI's SDK brings.
 */
public final class OpenAITransport implements Interceptor {
  // OkHttp tells an interceptor of no cancel: it has to ask.
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private final InferwireClient client;
  private final String upstream;

  /**
   * To the server's default upstream, where a path has no model.
   *
   * @param client is not closed with the SDK
   */
  public OpenAITransport(InferwireClient client) {
    this(client, "");
  }

  /**
   * To an upstream of choice.
   *
   * @param client is not closed with the SDK
   * @param upstream where paths without a model go; empty: the server's default one
   */
  public OpenAITransport(InferwireClient client, String upstream) {
    this.client = client;
    this.upstream = upstream;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    HttpCall call = httpCall(request);
    CallOptions options = options(request.headers());
    CallSettings settings = new CallSettings(timeout(chain), metadata(request.headers()));
    try {
      return OpenAIRequests.streams(call)
          ? stream(chain, StreamInvokeRequest.newBuilder().setCall(call).setOptions(options).build(), settings)
          : whole(chain, InvokeRequest.newBuilder().setCall(call).setOptions(options).build(), settings);
    } catch (InferwireException e) {
      OpenAIErrors.throwIfOfConnection(e);
      return response(request, OpenAIErrors.status(e), OpenAIErrors.headers(e), OpenAIErrors.body(e));
    }
  }

  private Response whole(Chain chain, InvokeRequest request, CallSettings settings) throws IOException {
    CompletableFuture<InvokeResponse> running = client.invokeAsync(request, settings);
    Patience patience = new Patience(chain, () -> running.cancel(true));
    InvokeResponse answer = patience.await(atMost -> arrived(running, atMost));
    Headers headers = headers(answer.getHeadersList(), answer.getGateway().getRequestId());
    ResponseBody body =
        ResponseBody.create(answer.getBody().toByteArray(), MediaType.parse(answer.getContentType()));
    return response(chain.request(), answer.getHttpStatus(), headers, body);
  }

  private static Optional<InvokeResponse> arrived(CompletableFuture<InvokeResponse> running, Duration atMost)
      throws InterruptedException {
    try {
      return Optional.of(running.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(InferwireClient.await(running)); // throws
    }
  }

  private Response stream(Chain chain, StreamInvokeRequest request, CallSettings settings) throws IOException {
    MessageStream<StreamInvokeResponse> messages = client.streamInvoke(request, settings);
    Patience patience = new Patience(chain, messages::close);
    RawStarted started = next(messages, patience).getStarted();
    HttpBody body = new HttpBody(messages, patience, new StreamEnds(request.getCall().getPath()), started);
    ResponseBody of =
        ResponseBody.create(
            Okio.buffer(Okio.source(body)), MediaType.parse(started.getContentType()), /* contentLength= */ -1);
    Headers headers = headers(started.getHeadersList(), started.getGateway().getRequestId());
    boolean rewritten = body.isEventStream();
    return response(
        chain.request(), started.getHttpStatus(),
        rewritten ? headers.newBuilder().removeAll("content-length").build() : headers, of);
  }

  /** The next message; without one it is cut. */
  static StreamInvokeResponse next(MessageStream<StreamInvokeResponse> messages, Patience patience)
      throws IOException {
    patience.await(atMost -> messages.arrives(atMost) ? Optional.of(true) : Optional.empty());
    if (!messages.hasNext()) {
      throw InferwireException.cutShort();
    }
    return messages.next();
  }

  private static Response response(Request request, int status, Headers headers, ResponseBody body) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_2)
        .code(status)
        .message("")
        .headers(headers)
        .body(body)
        .build();
  }

  private HttpCall httpCall(Request request) throws IOException {
    HttpUrl url = request.url();
    HttpCall.Builder call =
        HttpCall.newBuilder()
            .setMethod(request.method())
            .setPath(url.encodedPath().replaceFirst("^/v1(?=/)", ""))
            .setUpstream(upstream);
    for (int i = 0; i < url.querySize(); ++i) {
      String value = url.queryParameterValue(i);
      call.addQuery(
          QueryParameter.newBuilder().setName(url.queryParameterName(i)).setValue(value == null ? "" : value));
    }
    if (request.body() != null) {
      Buffer body = new Buffer();
      request.body().writeTo(body);
      call.setBody(ByteString.readFrom(body.inputStream()));
      MediaType type = request.body().contentType();
      call.setContentType(type != null && !call.getBody().isEmpty() ? type.toString() : "");
    }
    return call.build();
  }

  private static CallOptions options(Headers headers) {
    CallOptions.Builder options = CallOptions.newBuilder();
    Optional.ofNullable(headers.get("idempotency-key")).ifPresent(options::setIdempotencyKey);
    Optional.ofNullable(headers.get("x-client-request-id")).ifPresent(options::setClientRequestId);
    return options.build();
  }

  /** So that a trace goes on. */
  private static Metadata metadata(Headers headers) {
    Metadata metadata = new Metadata();
    for (String name : List.of("traceparent", "tracestate")) {
      if (headers.get(name) != null) {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), headers.get(name));
      }
    }
    return metadata;
  }

  /** Null: OkHttp has none for the whole call. */
  private static Duration timeout(Chain chain) {
    long nanos = chain.call().timeout().timeoutNanos();
    return nanos == 0 ? null : Duration.ofNanos(nanos);
  }

  private static Headers headers(List<HttpHeader> given, String requestId) {
    Headers.Builder headers = new Headers.Builder();
    for (HttpHeader header : given) {
      if (header.getName().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        headers.addUnsafeNonAscii(header.getName(), header.getValue());
      }
    }
    headers.set(OpenAIErrors.REQUEST_ID, requestId);
    if (headers.get("x-request-id") == null) {
      headers.set("x-request-id", requestId);
    }
    return headers.build();
  }

  /** Waits as OkHttp would: no longer than its read timeout, and not when the call was cancelled. */
  static final class Patience {
    /** Waits so long for something; empty: it has not come. */
    interface Wait<T> {
      Optional<T> forIt(Duration atMost) throws InterruptedException;
    }

    private final Chain chain;
    private final Runnable cancel;

    Patience(Chain chain, Runnable cancel) {
      this.chain = chain;
      this.cancel = cancel;
    }

    <T> T await(Wait<T> wait) throws IOException {
      long begin = System.nanoTime();
      long most = TimeUnit.MILLISECONDS.toNanos(chain.readTimeoutMillis());
      try {
        while (!chain.call().isCanceled()) {
          Optional<T> it = wait.forIt(LOOK_AGAIN);
          if (it.isPresent()) {
            return it.get();
          }
          if (most > 0 && System.nanoTime() - begin > most) {
            cancel.run();
            throw new SocketTimeoutException("timeout");
          }
        }
      } catch (InterruptedException e) {
        cancel.run();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      cancel.run();
      throw new IOException("Canceled");
    }
  }
}
