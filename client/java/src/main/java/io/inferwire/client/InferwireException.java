package io.inferwire.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.Serializable;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Every failed call throws this: read from the google.rpc.Status that the gateway attaches to every
 * error, or made here when the gateway was never reached. The message is one line for people.
 *
 * @serial exclude
 */
public sealed class InferwireException extends RuntimeException permits AnswerException {
  private static final long serialVersionUID = 2;

  /** The domain of errors that the client makes itself, with the reasons below. */
  public static final String CLIENT_DOMAIN = "inferwire.client";
  /** The call never left this process. */
  public static final String UNREACHABLE = "UNREACHABLE";
  /** The connection broke, or was closed, while the call was on its way or answered. */
  public static final String CONNECTION_LOST = "CONNECTION_LOST";
  /** The call's timeout passed, and the gateway said nothing of it in time. */
  public static final String DEADLINE = "DEADLINE";
  /** This process cancelled the call, or the thread that waited for it was interrupted. */
  public static final String CANCELLED = "CANCELLED";
  /** A stream ended without its last event: something between cut it. */
  public static final String STREAM_TRUNCATED = "STREAM_TRUNCATED";
  /** A target, an option or an argument that cannot be right; nothing was sent. */
  public static final String INVALID_OPTIONS = "INVALID_OPTIONS";
  /** The call was made after close(). */
  public static final String CLIENT_CLOSED = "CLIENT_CLOSED";
  /** Of a streamed response that nothing has come of. */
  public static final String NOT_RESUMABLE = "NOT_RESUMABLE";

  /**
   * What is wrong with one part of a request.
   *
   * @param field a path in the request message, e.g. params.messages[0].content
   * @param description for people
   * @serial exclude
   */
  public record FieldViolation(String field, String description) implements Serializable {}

  /**
   * A limit that a call did not fit into.
   *
   * @param subject whose limit, e.g. tenant/acme, or the upstream's
   * @param description for people
   * @serial exclude
   */
  public record QuotaViolation(String subject, String description) implements Serializable {}

  /**
   * Into which of the caller's limits a call did not fit. Amounts are text: exact, in USD where the
   * limit is money; empty where the server said nothing.
   *
   * @param name rpm, tpm, concurrent, ...; of a budget day, week or month
   * @param scope tenant/acme, team/acme/search
   * @param model the model that the limit is for; empty: all
   * @param amount the limit itself
   * @param used what was used of it
   * @param reserved what calls that run have reserved of it
   * @param remaining what is left of it
   * @param needed what the call would have taken
   * @param resetsAt RFC 3339
   * @serial exclude
   */
  public record Limit(
      String name,
      String scope,
      String model,
      String amount,
      String used,
      String reserved,
      String remaining,
      String needed,
      String resetsAt)
      implements Serializable {}

  // Codes of calls whose work may have been done although no answer came.
  private static final Set<Status.Code> UNCERTAIN =
      EnumSet.of(
          Status.Code.CANCELLED,
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.INTERNAL,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  private static final Set<String> OF_NETWORK = Set.of(UNREACHABLE, CONNECTION_LOST, STREAM_TRUNCATED);

  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final Status.Code code;
  private final String domain;
  private final String reason;
  private final String detail;
  private final boolean retryable;
  private final Parts parts;

  /**
   * What a google.rpc.Status says beside its code and message.
   *
   * @serial exclude
   */
  private record Parts(
      Duration retryAfter,
      List<FieldViolation> fields,
      List<QuotaViolation> quotas,
      Map<String, String> metadata,
      List<String> unfinished)
      implements Serializable {
    static final Parts NONE = new Parts(null, List.of(), List.of(), Map.of(), List.of());
  }

  private InferwireException(
      Status.Code code, String domain, String reason, String detail, boolean retryable, Parts parts,
      Throwable cause) {
    super(null, cause);
    this.code = code;
    this.domain = domain;
    this.reason = reason;
    this.detail = detail == null ? "" : detail;
    this.retryable = retryable;
    this.parts = parts;
  }

  /** An error of this client's own. */
  InferwireException(Status status, String reason) {
    this(
        status.getCode(), CLIENT_DOMAIN, reason, status.getDescription(), false, Parts.NONE,
        status.getCause());
  }

  /**
   * gRPC's code of the failure.
   *
   * @return never OK
   */
  public Status.Code code() {
    return code;
  }

  /**
   * Who made the error.
   *
   * @return "inferwire": the gateway; CLIENT_DOMAIN: this package; empty: the status had no details
   */
  public String domain() {
    return domain;
  }

  /**
   * What went wrong, for programs.
   *
   * @return a name of ErrorReason without its prefix, e.g. RATE_LIMITED, or one of the constants
   *     here; empty: there were no details
   */
  public String reason() {
    return reason;
  }

  /**
   * What went wrong, for people: the message without its context.
   *
   * @return never null
   */
  public String detail() {
    return detail;
  }

  /**
   * Whether a repetition cannot be billed twice and may succeed.
   *
   * @return false: it may be billed, or cannot succeed
   */
  public boolean retryable() {
    return retryable;
  }

  /**
   * How long to wait before a retry.
   *
   * @return empty: nothing was said
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(parts.retryAfter);
  }

  /**
   * What is wrong with the request.
   *
   * @return empty: nothing was said; immutable
   */
  public List<FieldViolation> fields() {
    return parts.fields;
  }

  /**
   * The limits that the call did not fit into, the gateway's and the upstream's.
   *
   * @return empty: none; immutable
   */
  public List<QuotaViolation> quotas() {
    return parts.quotas;
  }

  /**
   * What else the gateway said: origin, upstream, model, attempts, phase, upstream_request_id, ...
   *
   * @return ErrorInfo.metadata; immutable
   */
  public Map<String, String> metadata() {
    return parts.metadata;
  }

  /**
   * Of completeMany: ids that were sent and not answered when the stream broke.
   *
   * @return empty for all other calls; immutable
   */
  public List<String> unfinished() {
    return parts.unfinished;
  }

  /**
   * The gateway's id of the call, which its log and traces have, too.
   *
   * @return empty: the gateway did not answer
   */
  public String requestId() {
    return parts.metadata.getOrDefault("request_id", "");
  }

  /**
   * Of an error about an idempotency key: the call that had it first.
   *
   * @return empty for all other errors
   */
  public String firstRequestId() {
    return fact("first_request_id");
  }

  /**
   * Of TENANT_RATE_LIMITED, CONCURRENCY_LIMITED and BUDGET_EXCEEDED: the limit.
   *
   * @return empty for all other errors
   */
  public Optional<Limit> limit() {
    if (fact("scope").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Limit(
            fact("limit", "period"),
            fact("scope"),
            fact("model"),
            fact("limit_value", "limit_usd"),
            fact("used", "used_usd"),
            fact("reserved", "reserved_usd"),
            fact("remaining", "remaining_usd"),
            fact("needed", "needed_usd"),
            fact("reset_at")));
  }

  /** The first of these that the server gave. */
  private String fact(String... names) {
    for (String name : names) {
      if (parts.metadata.containsKey(name)) {
        return parts.metadata.get(name);
      }
    }
    return "";
  }

  /**
   * Whose fault it was.
   *
   * @return caller, gateway, upstream, cancelled or, when the way between client and gateway
   *     failed, network
   */
  public String origin() {
    String origin = parts.metadata.getOrDefault("origin", "");
    if (!origin.isEmpty()) {
      return origin;
    }
    if (code == Status.Code.CANCELLED) {
      return "cancelled";
    }
    if (!domain.equals(CLIENT_DOMAIN)) {
      return "gateway";
    }
    return OF_NETWORK.contains(reason) ? "network" : "caller";
  }

  /**
   * Whether the model may have worked on this call (proto/README.md has the rule).
   *
   * @return false: it certainly costs nothing
   */
  public boolean mayBeBilled() {
    if (retryable) {
      return false;
    }
    if (fact("phase").equals("after_output") || !fact("maybe_billed").isEmpty()) {
      return true;
    }
    String upstream = parts.metadata.getOrDefault("upstream_status", "");
    boolean refused = upstream.startsWith("4") && !upstream.equals("408");
    boolean neverCalled = parts.metadata.getOrDefault("attempts", "").equals("0");
    return UNCERTAIN.contains(code) && !refused && !neverCalled;
  }

  /**
   * One line for people: code, reason, detail, fields, limits, whose fault, whether a retry is
   * safe.
   *
   * @return without control characters; never what was asked or answered
   */
  @Override
  public String getMessage() {
    StringBuilder text = new StringBuilder(code.name());
    if (!reason.isEmpty() && !reason.equals(code.name())) {
      text.append(' ').append(reason);
    }
    if (!detail.isEmpty()) {
      text.append(": ").append(detail);
    }
    for (FieldViolation violation : parts.fields) {
      if (!detail.contains(violation.field)) {
        text.append("; ").append(violation.field).append(": ").append(violation.description);
      }
    }
    for (QuotaViolation quota : parts.quotas) {
      if (quota.description.isEmpty() || !detail.contains(quota.description)) {
        text.append("; limit of ").append(quota.subject).append(": ").append(quota.description);
      }
    }
    text.append(" (origin: ").append(origin()).append("; ").append(retryText()).append(')');
    return text.toString().replaceAll("\\p{Cntrl}", " ");
  }

  private String retryText() {
    if (!retryable) {
      return "not safe to retry blindly";
    }
    if (parts.retryAfter == null) {
      return "safe to retry";
    }
    String seconds = String.valueOf(parts.retryAfter.toMillis() / 1000.0);
    return "safe to retry after " + seconds.replaceAll("\\.0$", "") + " s";
  }

  InferwireException withUnfinished(List<String> unfinished) {
    Parts more =
        new Parts(parts.retryAfter, parts.fields, parts.quotas, parts.metadata, unfinished);
    return new InferwireException(code, domain, reason, detail, retryable, more, getCause());
  }

  /**
   * The error of one item of completeMany or of a batch.
   *
   * @param from as it is in the item's result
   * @return made, not thrown
   */
  public static InferwireException fromRpcStatus(com.google.rpc.Status from) {
    return fromRpcStatus(from, Status.fromCodeValue(from.getCode()).getCode(), null);
  }

  private static InferwireException fromRpcStatus(
      com.google.rpc.Status from, Status.Code code, Throwable cause) {
    ErrorInfo info = find(from, ErrorInfo.class, ErrorInfo.getDefaultInstance());
    RetryInfo retry = find(from, RetryInfo.class, null);
    BadRequest bad = find(from, BadRequest.class, BadRequest.getDefaultInstance());
    QuotaFailure quota = find(from, QuotaFailure.class, QuotaFailure.getDefaultInstance());
    Duration retryAfter =
        retry == null
            ? null
            : Duration.ofSeconds(
                retry.getRetryDelay().getSeconds(), retry.getRetryDelay().getNanos());
    Parts parts =
        new Parts(
            retryAfter,
            bad.getFieldViolationsList().stream()
                .map(v -> new FieldViolation(v.getField(), v.getDescription()))
                .toList(),
            quota.getViolationsList().stream()
                .map(v -> new QuotaViolation(v.getSubject(), v.getDescription()))
                .toList(),
            Map.copyOf(info.getMetadataMap()),
            List.of());
    // RetryInfo is the gateway's invitation to come again; it gives none when that could bill twice.
    String safe = info.getMetadataOrDefault("safe_to_retry", String.valueOf(retryAfter != null));
    return new InferwireException(
        code, info.getDomain(), info.getReason(), from.getMessage(), safe.equals("true"), parts,
        cause);
  }

  private static <T extends com.google.protobuf.Message> T find(
      com.google.rpc.Status from, Class<T> type, T otherwise) {
    for (Any detail : from.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return detail.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          return otherwise; // from elsewhere, and not what it says it is
        }
      }
    }
    return otherwise;
  }

  /** The error of a call that gRPC ended. */
  static InferwireException fromGrpc(Status status, Metadata trailers) {
    byte[] details = trailers == null ? null : trailers.get(DETAILS);
    if (details != null) {
      try {
        com.google.rpc.Status from = com.google.rpc.Status.parseFrom(details);
        if (from.getDetailsCount() > 0) {
          return fromRpcStatus(from, status.getCode(), status.getCause());
        }
      } catch (InvalidProtocolBufferException e) {
        // From elsewhere: the code and text remain.
      }
    }
    // A status without details is gRPC's own, or some proxy's.
    return switch (status.getCode()) {
      case UNAVAILABLE -> {
        boolean neverLeft = neverLeft(status);
        yield plain(status, neverLeft ? UNREACHABLE : CONNECTION_LOST, neverLeft);
      }
      case DEADLINE_EXCEEDED -> plain(status, DEADLINE, false);
      case CANCELLED -> plain(status, CANCELLED, false);
      default ->
          new InferwireException(
              status.getCode(), "", "", status.getDescription(), false, Parts.NONE,
              status.getCause());
    };
  }

  private static InferwireException plain(Status status, String reason, boolean retryable) {
    return new InferwireException(
        status.getCode(), CLIENT_DOMAIN, reason, status.getDescription(), retryable, Parts.NONE,
        status.getCause());
  }

  /** The call found no connection to leave by. */
  private static boolean neverLeft(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof NoRouteToHostException
          || cause instanceof SSLException) {
        return true;
      }
    }
    String description = status.getDescription();
    return description != null && description.contains("Unable to resolve host");
  }

  // Causes are of gRPC's and of the network's, and need not be serializable.
  private Object writeReplace() {
    InferwireException copy =
        new InferwireException(code, domain, reason, detail, retryable, parts, null);
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  static InferwireException clientClosed() {
    return plain(
        Status.FAILED_PRECONDITION.withDescription("the client is closed"), CLIENT_CLOSED, false);
  }

  static InferwireException notResumable() {
    return plain(
        Status.FAILED_PRECONDITION.withDescription("no event has come that the stream could go on behind"),
        NOT_RESUMABLE, false);
  }

  static InferwireException invalidOption(String detail) {
    return plain(Status.INVALID_ARGUMENT.withDescription(detail), INVALID_OPTIONS, false);
  }

  /** A stream that ended with OK but without its last event: something between cut it. */
  static InferwireException cutShort() {
    return plain(
        Status.UNAVAILABLE.withDescription("the stream ended before its last event"),
        STREAM_TRUNCATED, false);
  }
}
