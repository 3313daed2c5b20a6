// What went wrong with a call: one error class, read from the google.rpc.Status that the gateway
// attaches to every error, or made here when the gateway was never reached.
import { fromBinary } from "@bufbuild/protobuf";
import { type ServiceError, status } from "@grpc/grpc-js";
import { BadRequestSchema, ErrorInfoSchema, QuotaFailureSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import { type Status, StatusSchema } from "./gen/google/rpc/status_pb.js";

/** The domain of errors that the client makes itself, with the reasons below. */
export const CLIENT_DOMAIN = "inferwire.client";
/** The call never left this process. */
export const UNREACHABLE = "UNREACHABLE";
export const CONNECTION_LOST = "CONNECTION_LOST";
export const DEADLINE = "DEADLINE";
export const CANCELLED = "CANCELLED";
export const STREAM_TRUNCATED = "STREAM_TRUNCATED";
export const INVALID_OPTIONS = "INVALID_OPTIONS";
/** What was given is no request; nothing was sent. */
export const INVALID_REQUEST = "INVALID_REQUEST";
export const CLIENT_CLOSED = "CLIENT_CLOSED";
/** Of a streamed response that nothing has come of. */
export const NOT_RESUMABLE = "NOT_RESUMABLE";
/** Of an AnswerError: the model, or the provider's filter, refused. */
export const REFUSED = "REFUSED";
/** Of an AnswerError: it reached the limit of its length. */
export const CUT_OFF = "CUT_OFF";
/** Of an AnswerError: it is no JSON, or not what the schema says; `fields` has what is wrong. */
export const MISMATCH = "MISMATCH";
/** Of an AnswerError: the model still asks for functions. */
export const TOO_MANY_ROUNDS = "TOO_MANY_ROUNDS";

export interface FieldViolation {
  /** Path in the request message, e.g. params.messages[0].content. */
  field: string;
  description: string;
}

export interface QuotaViolation {
  subject: string;
  description: string;
}

/** Into which of the caller's limits a call did not fit. Amounts are text: exact, in USD where the limit
 * is money; empty where the server said nothing. */
export interface Limit {
  /** rpm, tpm, concurrent, ...; of a budget day, week or month. */
  name: string;
  /** tenant/acme, team/acme/search. */
  scope: string;
  model: string;
  amount: string;
  used: string;
  reserved: string;
  remaining: string;
  needed: string;
  /** RFC 3339. */
  resetsAt: string;
}

/** Every failed call rejects with this, or throws it out of its loop. */
export class InferwireError extends Error {
  override readonly name: string = "InferwireError";
  /** gRPC's status code. */
  code: status;
  /** "inferwire", CLIENT_DOMAIN, or empty: the status had no details. */
  domain = "";
  /** A name of ErrorReason, e.g. "RATE_LIMITED"; empty: the status had no details. */
  reason = "";
  /** The message without its context; `message` is one line for people. */
  detail: string;
  /** A repetition cannot be billed twice and may succeed. */
  retryable = false;
  /** How long to wait before a retry. */
  retryAfterMs: number | undefined;
  fields: FieldViolation[] = [];
  quotas: QuotaViolation[] = [];
  /** ErrorInfo.metadata: origin, upstream, model, attempts, phase, upstream_request_id, ... */
  metadata: Record<string, string> = {};
  /** Of completeMany: ids that were sent and not answered when the stream broke. */
  unfinished: string[] = [];

  constructor(code: status, detail: string, members: Partial<InferwireError> = {}) {
    super();
    this.code = code;
    this.detail = detail;
    Object.assign(this, members);
    this.message = this.describe();
  }

  get codeName(): string {
    return status[this.code] ?? "UNKNOWN";
  }

  get requestId(): string {
    return this.metadata["request_id"] ?? "";
  }

  /** Of an error about an idempotency key: the call that had it first. */
  get firstRequestId(): string {
    return this.metadata["first_request_id"] ?? "";
  }

  /** Of TENANT_RATE_LIMITED, CONCURRENCY_LIMITED and BUDGET_EXCEEDED. */
  get limit(): Limit | undefined {
    const facts = this.metadata;
    if (!facts["scope"]) return undefined;
    const amount = (name: string) => facts[name] ?? facts[`${name}_usd`] ?? "";
    return {
      name: facts["limit"] ?? facts["period"] ?? "", scope: facts["scope"], model: facts["model"] ?? "",
      amount: facts["limit_value"] ?? facts["limit_usd"] ?? "", used: amount("used"), reserved: amount("reserved"),
      remaining: amount("remaining"), needed: amount("needed"), resetsAt: facts["reset_at"] ?? "",
    };
  }

  /** caller, gateway, upstream, cancelled or, when the way between client and gateway failed, network. */
  get origin(): string {
    if (this.metadata["origin"]) return this.metadata["origin"];
    if (this.code === status.CANCELLED) return "cancelled";
    if (this.domain !== CLIENT_DOMAIN) return "gateway";
    return [UNREACHABLE, CONNECTION_LOST, STREAM_TRUNCATED].includes(this.reason) ? "network" : "caller";
  }

  /** The model may have worked on this call (proto/README.md has the rule). */
  get mayBeBilled(): boolean {
    if (this.retryable) return false;
    if (this.metadata["phase"] === "after_output" || this.metadata["maybe_billed"]) return true;
    const upstream = this.metadata["upstream_status"] ?? "";
    const refused = upstream.startsWith("4") && upstream !== "408";
    const neverCalled = this.metadata["attempts"] === "0";
    return UNCERTAIN.has(this.code) && !refused && !neverCalled;
  }

  /** For JSON.stringify, which leaves out what an Error has of its own. */
  toJSON(): Record<string, unknown> {
    const { name, message, codeName: code, origin, requestId, firstRequestId, limit, mayBeBilled } = this;
    return Object.assign({ name, message }, this, { code, origin, requestId, firstRequestId, limit, mayBeBilled });
  }

  private describe(): string {
    let text = this.codeName;
    if (this.reason && this.reason !== text) text += ` ${this.reason}`;
    if (this.detail) text += `: ${this.detail}`;
    for (const { field, description } of this.fields) {
      if (!this.detail.includes(field)) text += `; ${field}: ${description}`;
    }
    for (const { subject, description } of this.quotas) {
      if (!description || !this.detail.includes(description)) text += `; limit of ${subject}: ${description}`;
    }
    let retry = "not safe to retry blindly";
    if (this.retryable) {
      retry = "safe to retry";
      if (this.retryAfterMs !== undefined) retry += ` after ${this.retryAfterMs / 1000} s`;
    }
    // eslint-disable-next-line no-control-regex
    return `${text} (origin: ${this.origin}; ${retry})`.replace(/[\u0000-\u001f\u007f]/g, " ");
  }
}

// Codes of calls whose work may have been done although no answer came.
const UNCERTAIN = new Set([
  status.CANCELLED, status.UNKNOWN, status.DEADLINE_EXCEEDED, status.INTERNAL, status.UNAVAILABLE,
  status.DATA_LOSS,
]);

// What grpc-js says of a call that found no connection to leave by.
const NEVER_LEFT = ["No connection established", "Name resolution failed", "Failed to connect"];

/** The error of one item of completeMany or of a batch. */
export function fromRpcStatus(from: Status, code: status = from.code): InferwireError {
  const members: Partial<InferwireError> = { fields: [], quotas: [] };
  for (const { typeUrl, value } of from.details) {
    switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
      case "google.rpc.ErrorInfo": {
        const info = fromBinary(ErrorInfoSchema, value);
        Object.assign(members, { domain: info.domain, reason: info.reason, metadata: info.metadata });
        break;
      }
      case "google.rpc.RetryInfo": {
        const delay = fromBinary(RetryInfoSchema, value).retryDelay;
        members.retryAfterMs = Number(delay?.seconds ?? 0n) * 1000 + Math.round((delay?.nanos ?? 0) / 1e6);
        break;
      }
      case "google.rpc.BadRequest":
        members.fields = fromBinary(BadRequestSchema, value).fieldViolations.map(
          ({ field, description }) => ({ field, description }));
        break;
      case "google.rpc.QuotaFailure":
        members.quotas = fromBinary(QuotaFailureSchema, value).violations.map(
          ({ subject, description }) => ({ subject, description }));
        break;
    }
  }
  // RetryInfo is the gateway's invitation to come again; it gives none when that could bill twice.
  const safe = members.metadata?.["safe_to_retry"];
  members.retryable = safe === undefined ? members.retryAfterMs !== undefined : safe === "true";
  return new InferwireError(code, from.message, members);
}

/** The error of a call that gRPC ended. Others are passed through. */
export function toError(error: unknown): unknown {
  if (!isServiceError(error)) return error;
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (Buffer.isBuffer(details)) {
    try {
      const from = fromBinary(StatusSchema, details);
      if (from.details.length > 0) return fromRpcStatus(from, error.code);
    } catch {
      // The details are from elsewhere and no google.rpc.Status: the code and text remain.
    }
  }
  return plain(error.code, error.details);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error && !(error instanceof InferwireError);
}

// A status without details is gRPC's own, or some proxy's.
function plain(code: status, detail: string): InferwireError {
  switch (code) {
    case status.UNAVAILABLE: {
      const retryable = NEVER_LEFT.some((text) => detail.includes(text));
      const reason = retryable ? UNREACHABLE : CONNECTION_LOST;
      return new InferwireError(code, detail, { domain: CLIENT_DOMAIN, reason, retryable });
    }
    case status.DEADLINE_EXCEEDED:
      return new InferwireError(code, detail, { domain: CLIENT_DOMAIN, reason: DEADLINE });
    case status.CANCELLED:
      return new InferwireError(code, detail, { domain: CLIENT_DOMAIN, reason: CANCELLED });
    default:
      return new InferwireError(code, detail);
  }
}

export function invalidOption(detail: string): InferwireError {
  return new InferwireError(status.INVALID_ARGUMENT, detail, { domain: CLIENT_DOMAIN, reason: INVALID_OPTIONS });
}

export function invalidRequest(detail: string): InferwireError {
  return new InferwireError(status.INVALID_ARGUMENT, detail, { domain: CLIENT_DOMAIN, reason: INVALID_REQUEST });
}

export function clientClosed(): InferwireError {
  return new InferwireError(status.FAILED_PRECONDITION, "the client is closed", { domain: CLIENT_DOMAIN, reason: CLIENT_CLOSED });
}

export function notResumable(): InferwireError {
  return new InferwireError(status.FAILED_PRECONDITION, "no event has come that the stream could go on behind",
    { domain: CLIENT_DOMAIN, reason: NOT_RESUMABLE });
}

/** A stream that ended with OK but without its last event: something between cut it. */
export function cutShort(unfinished: string[] = []): InferwireError {
  return new InferwireError(status.UNAVAILABLE, "the stream ended before its last event",
    { domain: CLIENT_DOMAIN, reason: STREAM_TRUNCATED, unfinished });
}
