package io.inferwire.client;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.grpc.Status;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.ResponseBody;

/** Failures of a call, as HTTP and OpenAI's API would tell them. */
final class OpenAIErrors {
  static final String REQUEST_ID = "x-inferwire-request-id";
  private static final Set<String> OF_CONNECTION =
      Set.of(
          InferwireException.UNREACHABLE, InferwireException.CONNECTION_LOST, InferwireException.CANCELLED,
          InferwireException.STREAM_TRUNCATED);

  private OpenAIErrors() {}

  /** What HTTP has no answer for. */
  static void throwIfOfConnection(InferwireException e) throws IOException {
    if (e.reason().equals(InferwireException.DEADLINE)) {
      SocketTimeoutException timeout = new SocketTimeoutException("timeout");
      timeout.initCause(e);
      throw timeout;
    }
    if (e.domain().equals(InferwireException.CLIENT_DOMAIN) && OF_CONNECTION.contains(e.reason())) {
      throw ofStream(e);
    }
  }

  /** Of what had begun already. */
  static IOException ofStream(InferwireException e) {
    return new IOException(e.getMessage(), e);
  }

  static int status(InferwireException e) {
    // gRPC has no details for what is larger than a message may be.
    boolean tooLarge = e.reason().isEmpty() && e.code() == Status.Code.RESOURCE_EXHAUSTED;
    if (tooLarge || e.reason().equals("REQUEST_TOO_LARGE")) {
      return 413;
    }
    return switch (e.code()) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      default -> 500;
    };
  }

  static Headers headers(InferwireException e) {
    Headers.Builder headers =
        new Headers.Builder()
            .add("content-type", "application/json")
            .add("x-should-retry", String.valueOf(e.retryable()));
    e.retryAfter().map(Duration::toMillis).ifPresent(
        millis -> headers.add("retry-after-ms", String.valueOf(millis)).add("retry-after", String.valueOf((millis + 999) / 1000)));
    if (!e.requestId().isEmpty()) {
      headers.add("x-request-id", e.requestId()).add(REQUEST_ID, e.requestId());
    }
    return headers.build();
  }

  static ResponseBody body(InferwireException e) {
    boolean field = !e.fields().isEmpty();
    JsonObject error = new JsonObject();
    error.addProperty("message", e.detail());
    error.addProperty("type", type(e.code()));
    error.add("param", field ? new JsonPrimitive(e.fields().get(0).field()) : JsonNull.INSTANCE);
    error.addProperty("code", e.reason().isEmpty() ? e.code().name() : e.reason());
    JsonObject body = new JsonObject();
    body.add("error", error);
    return ResponseBody.create(body.toString(), MediaType.get("application/json"));
  }

  private static String type(Status.Code code) {
    return switch (code) {
      case UNAUTHENTICATED -> "authentication_error";
      case PERMISSION_DENIED -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case RESOURCE_EXHAUSTED -> "rate_limit_error";
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, ALREADY_EXISTS, ABORTED -> "invalid_request_error";
      default -> "server_error";
    };
  }
}
