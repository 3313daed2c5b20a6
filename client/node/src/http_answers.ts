// What the gateway says as HTTP would say it: headers, and failures in the form of OpenAI's API.
import { status } from "@grpc/grpc-js";
import type { InferwireError } from "./errors.js";
import { costOf } from "./money.js";
import { durationMs, type GatewayInfo, type HttpHeader } from "./v1.js";

/** Upstream's own, and what the gateway knows beside them. */
export function headersOf(contentType: string, upstream: HttpHeader[], gateway: GatewayInfo | undefined): Headers {
  const headers = new Headers();
  for (const { name, value } of upstream) {
    if (name === "content-length") continue; // of the body as it was sent
    try {
      headers.append(name, value);
    } catch {
      // No HTTP client could say it either.
    }
  }
  if (contentType) headers.set("content-type", contentType);
  if (!gateway) return headers;
  if (!headers.has("x-request-id")) headers.set("x-request-id", gateway.requestId);
  const wait = gateway.retryAfter && durationMs(gateway.retryAfter);
  const told = headers.has("retry-after") || headers.has("retry-after-ms");
  if (wait !== undefined && !told) headers.set("retry-after-ms", String(wait));
  const facts = {
    "x-inferwire-request-id": gateway.requestId, "x-inferwire-upstream": gateway.upstream,
    "x-inferwire-cost-picousd": costOf(gateway.cost)?.toString(),
  };
  for (const [name, value] of Object.entries(facts)) if (value) headers.set(name, value);
  return headers;
}

// Where another status than gRPC's code says it better.
const BY_REASON: Record<string, number> = { REQUEST_TOO_LARGE: 413, RESPONSE_TOO_LARGE: 502 };
const BY_CODE: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400, [status.FAILED_PRECONDITION]: 400, [status.OUT_OF_RANGE]: 400, [status.UNAUTHENTICATED]: 401,
  [status.PERMISSION_DENIED]: 403, [status.NOT_FOUND]: 404, [status.ALREADY_EXISTS]: 409, [status.ABORTED]: 409,
  [status.RESOURCE_EXHAUSTED]: 429, [status.CANCELLED]: 499, [status.UNIMPLEMENTED]: 501, [status.UNAVAILABLE]: 503,
  [status.DEADLINE_EXCEEDED]: 504,
};
const TYPES: Record<number, string> = {
  400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error",
};

/** A failure of the gateway, or on the way to it: `code` is the reason, x-should-retry says whether a
 * repetition is safe, which OpenAI's SDK obeys. */
export function errorAnswer(error: InferwireError): Response {
  const { reason, code, detail, retryable, retryAfterMs, requestId, fields } = error;
  const http = BY_REASON[reason] ?? BY_CODE[code] ?? 500;
  const headers = new Headers({ "content-type": "application/json", "x-should-retry": String(retryable) });
  if (requestId) for (const name of ["x-request-id", "x-inferwire-request-id"]) headers.set(name, requestId);
  if (retryAfterMs !== undefined) headers.set("retry-after-ms", String(retryAfterMs));
  const type = TYPES[http] ?? (http < 500 ? "invalid_request_error" : "server_error");
  const body = { error: { message: detail, type, param: fields[0]?.field ?? null, code: reason || error.codeName } };
  return new Response(JSON.stringify(body), { status: http, headers });
}
