// Programs that use OpenAI's SDK, or Vercel's AI SDK, through the gateway: a `fetch` whose requests are calls
// of RawService. Paths, queries and bodies go through as they are.
//
//   const openai = new OpenAI(openaiOptions());                      // INFERWIRE_SERVER, ...
//   const openai = new OpenAI({ fetch: openaiFetch(client) });
//   const { text } = await generateText({ model: createOpenAI(openaiOptions())("gpt-4.1-mini"), prompt });
import { Client } from "./client.js";
import { cutShort, InferwireError, UNREACHABLE } from "./errors.js";
import { errorAnswer, headersOf } from "./http_answers.js";
import { EventWriter } from "./http_events.js";
import type { HttpCall, CallOptions as GatewayOptions, Init, StreamInvokeResponse } from "./v1.js";

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface OpenaiFetchOptions {
  /** Name of the upstream; unset: the gateway's default one. */
  upstream?: string | undefined;
  /** What of a URL's path is not passed on; unset: everything up to and with the first /v1. */
  basePath?: string | undefined;
}

/** A `fetch` for OpenAI's SDK and for Vercel's. Credentials for OpenAI's API that the SDK sends stay here: the
 * gateway has its own, and knows the caller by the client's. An AbortSignal cancels upstream; a stream that is
 * cut rejects its reader with an InferwireError. */
export function openaiFetch(client: Client = new Client(), options: OpenaiFetchOptions = {}): Fetch {
  return (input, init) => fetchThrough(client, options, input, init);
}

/** What `new OpenAI(...)` and `createOpenAI(...)` need: the fetch, and a key and an address that nobody sees. */
export function openaiOptions(
  client: Client = new Client(), options: OpenaiFetchOptions = {}): { apiKey: string; baseURL: string; fetch: Fetch } {
  return { apiKey: "inferwire", baseURL: "https://inferwire.invalid/v1", fetch: openaiFetch(client, options) };
}

async function fetchThrough(
  client: Client, options: OpenaiFetchOptions, input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  // It reads every kind of body. Where that is a stream, it wants to be told so.
  const request = new Request(input, { duplex: "half", ...init } as RequestInit);
  const call = await callOf(request, options);
  const stop = new AbortController();
  const abort = () => stop.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const unlink = () => signal?.removeEventListener("abort", abort);
  /** Whoever aborts wants to read of that. */
  const reason = (error: unknown) => (signal?.aborted ? signal.reason : error);
  const how = { signal: stop.signal, metadata: traceOf(request.headers) };
  const asked = { call, options: optionsOf(request.headers) };
  try {
    if (!isStreamed(request, call)) {
      const { httpStatus, contentType, body, headers, gateway } = await client.invoke(asked, {
        ...how, timeoutMs: timeoutOf(request.headers) });
      unlink();
      return answer(httpStatus, body, headersOf(contentType, headers, gateway));
    }
    const messages = client.streamInvoke(asked, how);
    const { value: first } = await messages.next();
    if (first?.message.case !== "started") throw cutShort();
    const { httpStatus, contentType, headers, gateway } = first.message.value;
    const body = bodyOf(messages, new EventWriter(call.path ?? "", contentType), { cancel: () => stop.abort(), unlink, reason });
    return answer(httpStatus, body, headersOf(contentType, headers, gateway));
  } catch (error) {
    unlink();
    if (signal?.aborted) throw signal.reason;
    if (!(error instanceof InferwireError)) throw error;
    if (error.reason === UNREACHABLE) throw new TypeError("fetch failed", { cause: error });
    // Vercel's SDK repeats every 5xx, whatever the answer says of that; it does not repeat what is thrown.
    const failure = errorAnswer(error);
    const repeats = /\bai-sdk[-/]/.test(request.headers.get("user-agent") ?? "");
    if (repeats && !error.retryable && failure.status >= 500) throw error;
    return failure;
  }
}

// Statuses that have no body, even an empty one.
const BODILESS = new Set([204, 205, 304]);

function answer(status: number, body: Uint8Array | ReadableStream<Uint8Array>, headers: Headers): Response {
  const known = status >= 200 && status <= 599 ? status : 502; // all that a Response can have
  return new Response(BODILESS.has(known) ? null : body as BodyInit, { status: known, headers });
}

async function callOf(request: Request, { upstream, basePath }: OpenaiFetchOptions): Promise<Init<HttpCall> & { body: Uint8Array }> {
  const { pathname, searchParams } = new URL(request.url);
  const base = basePath ?? /^.*?\/v1(?=\/)/.exec(pathname)?.[0] ?? "";
  return {
    method: request.method,
    path: pathname.startsWith(base) ? pathname.slice(base.length) : pathname,
    query: Array.from(searchParams, ([name, value]) => ({ name, value })),
    contentType: request.headers.get("content-type") ?? "",
    body: request.body ? new Uint8Array(await request.arrayBuffer()) : new Uint8Array(),
    ...(upstream ? { upstream } : {}),
  };
}

/** Whether the answer comes piece by piece: if that was asked for, and of what is no JSON. */
function isStreamed({ headers, url, method }: Request, { body }: { body: Uint8Array }): boolean {
  if (/event-stream|octet-stream|binary/.test(headers.get("accept") ?? "")) return true;
  if (method === "GET") return new URL(url).searchParams.get("stream") === "true";
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (/^multipart\//i.test(headers.get("content-type") ?? "")) return text.includes('name="stream"\r\n\r\ntrue');
  if (!text.includes('"stream"')) return false;
  try {
    return JSON.parse(text.toString()).stream === true;
  } catch {
    return false; // upstream says what is wrong with it
  }
}

/** OpenAI's SDK tells its own timeout, and gives up by itself when it is over: this is the gateway's. Of a
 * stream it is the time until it begins, which is no deadline. */
function timeoutOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get("x-stainless-timeout"));
  return seconds > 0 ? (seconds + 1) * 1000 : undefined;
}

function optionsOf(headers: Headers): Init<GatewayOptions> {
  const idempotencyKey = headers.get("idempotency-key");
  const clientRequestId = headers.get("x-client-request-id");
  return { ...(idempotencyKey ? { idempotencyKey } : {}), ...(clientRequestId ? { clientRequestId } : {}) };
}

function traceOf(headers: Headers): Record<string, string> {
  const names = ["traceparent", "tracestate"];
  return Object.fromEntries(names.map((name) => [name, headers.get(name)]).filter(([, value]) => value)) as Record<string, string>;
}

interface Ending {
  cancel(): void;
  unlink(): void;
  reason(error: unknown): unknown;
}

/** Each piece is asked for when its reader wants it. */
function bodyOf(
  messages: AsyncGenerator<StreamInvokeResponse, void, undefined>, events: EventWriter, ending: Ending): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (;;) {
          const { done, value } = await messages.next();
          if (done) {
            if (!events.ended) throw cutShort();
            const last = events.takeLast();
            if (last) return controller.enqueue(last);
            ending.unlink();
            return controller.close();
          }
          const { message } = value;
          const bytes = message.case === "bodyPart" ? message.value : message.case === "event" ? events.bytes(message.value) : undefined;
          if (bytes?.byteLength) return controller.enqueue(bytes);
        }
      } catch (error) {
        ending.unlink();
        controller.error(ending.reason(error));
      }
    },
    cancel() {
      ending.unlink();
      ending.cancel(); // messages.return() would wait for the next message
    },
  }, { highWaterMark: 0 });
}
