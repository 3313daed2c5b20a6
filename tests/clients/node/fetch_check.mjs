// The fetch for OpenAI's SDK, as any program calls it, against a gateway that says what it was told to say.
import assert from "node:assert/strict";
import { once } from "node:events";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Metadata, status } from "@grpc/grpc-js";
import { Client } from "@inferwire/client";
import { openaiFetch, openaiOptions } from "@inferwire/client/openai";
import * as v1 from "@inferwire/client/v1";
import { fakeGateway } from "./fake_gateway.mjs";

const { serve, connect } = fakeGateway();
let last; // request, metadata, deadline, call
let reply;
const seeing = (request, call) => {
  last = { ...request, metadata: call.metadata.getMap(), leftMs: call.getDeadline() - Date.now(), rpc: call };
  return reply(call);
};
serve(v1.RawService.method.invoke, (request, call) => ({ kind: "whole", ...seeing(request, call) }));
serve(v1.RawService.method.streamInvoke, (request, call) => seeing(request, call));
const client = await connect();
const fetch = openaiFetch(client);
const base = "https://api.openai.com/v1";
const text = (bytes) => Buffer.from(bytes).toString();
const post = (body, headers = {}) => ({ method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });

// Whole answers: everything goes through as it is, both ways.
const gateway = { requestId: "gw", upstream: "first", cost: { totalPicousd: 12_400_000n } };
const header = (name, value) => ({ name, value });
reply = () => ({ httpStatus: 200, contentType: "application/json", body: Buffer.from('{"a":1}'), gateway,
  headers: [header("x-request-id", "up"), header("x-ratelimit-limit-requests", "5"), header("content-length", "999"), header("odd", "\u4e00")] });
const body = { model: "m", messages: [{ role: "user", content: "Ünï" }], "stream": false };
const answer = await fetch(`${base}/chat/completions?a=b%20c&a=d`, post(body, {
  authorization: "Bearer sk-secret", "openai-organization": "org", "idempotency-key": "k1", "x-client-request-id": "mine",
  "x-stainless-timeout": "7", traceparent: "00-11112222333344445555666677778888-1111222233334444-01" }));
assert.deepEqual([answer.status, await answer.json(), answer.headers.get("content-type")], [200, { a: 1 }, "application/json"]);
assert.deepEqual(["x-request-id", "x-ratelimit-limit-requests", "x-inferwire-request-id", "x-inferwire-upstream", "x-inferwire-cost-picousd", "content-length", "odd"]
  .map((name) => answer.headers.get(name)), ["up", "5", "gw", "first", "12400000", null, null]);
assert.deepEqual([last.call.method, last.call.path, last.call.query.map(({ name, value }) => `${name}=${value}`), last.call.contentType, last.call.upstream],
  ["POST", "/chat/completions", ["a=b c", "a=d"], "application/json", ""]);
assert.equal(text(last.call.body), JSON.stringify(body));
assert.deepEqual([last.options.idempotencyKey, last.options.clientRequestId, last.metadata.traceparent.slice(0, 10)], ["k1", "mine", "00-1111222"]);
assert.ok(last.leftMs > 6000 && last.leftMs <= 8000, String(last.leftMs));
assert.doesNotMatch(JSON.stringify(last.metadata), /secret|org/);

// Other paths, bodies and kinds of requests.
for (const [input, init, options, path] of [
  [`${base}/files/file_1?limit=2`, undefined, {}, "/files/file_1"],
  [new URL(`${base}/models`), { method: "GET" }, {}, "/models"],
  [new Request(`${base}/files/x%2Fy`, { method: "DELETE" }), undefined, {}, "/files/x%2Fy"],
  ["http://h/prefix/v1/models/v1/x", undefined, {}, "/models/v1/x"],
  ["http://h/openai/models", undefined, { basePath: "/openai", upstream: "second" }, "/models"],
  ["http://h/models", undefined, {}, "/models"],
]) {
  await openaiFetch(client, options)(input, init);
  assert.deepEqual([last.call.path, last.call.body.length, last.call.upstream], [path, 0, options.upstream ?? ""]);
}
const form = new FormData();
form.set("purpose", "batch");
form.set("file", new File([Buffer.alloc(300_000, "x")], "a.jsonl"));
await fetch(`${base}/files`, { method: "POST", body: form });
assert.match(last.call.contentType, /^multipart\/form-data; boundary=/);
assert.ok(text(last.call.body).includes('filename="a.jsonl"') && last.call.body.length > 300_000);
const bytesOf = async function* () {
  yield Buffer.from("one ");
  yield Buffer.from("two");
};
for (const streamed of [bytesOf(), new Blob(["one two"]).stream(), new URLSearchParams("a=b"), Buffer.from("one two")]) {
  await fetch(`${base}/any`, { method: "POST", body: streamed });
  assert.match(text(last.call.body), /^one two$|^a=b$/);
}
reply = () => ({ httpStatus: 204 });
assert.deepEqual([(await fetch(`${base}/x`)).status, await (await fetch(`${base}/x`)).text()], [204, ""]);

// Upstream's errors are answers, with the time to wait in whatever form it was said.
reply = () => ({ httpStatus: 429, contentType: "application/json", body: Buffer.from('{"error":{"code":"rate_limit_exceeded"}}'),
  gateway: { retryAfter: { seconds: 2n, nanos: 500_000_000 } } });
const limited = await fetch(`${base}/chat/completions`, post({}));
assert.deepEqual([limited.status, limited.headers.get("retry-after-ms"), limited.headers.get("x-should-retry")], [429, "2500", null]);
reply = () => ({ httpStatus: 429, headers: [header("retry-after", "3")], gateway: { retryAfter: { seconds: 2n } } });
const { headers: told } = await fetch(`${base}/x`);
assert.deepEqual([told.get("retry-after"), told.get("retry-after-ms")], ["3", null]);

// Failures of the gateway are answers, too, in OpenAI's form.
// google.rpc.Status with its details, which the package does not show: field by field.
const message = (fields) => {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === "number") writer.tag(number, WireType.Varint).int32(value);
    else if (typeof value === "string") writer.tag(number, WireType.LengthDelimited).string(value);
    else writer.tag(number, WireType.LengthDelimited).bytes(value);
  }
  return writer.finish();
};
const any = (name, fields) => [3, message([[1, `type.googleapis.com/google.rpc.${name}`], [2, message(fields)]])];
const failure = (code, reason, { retryable = false, wait } = {}) => {
  const facts = Object.entries({ request_id: "r9", safe_to_retry: String(retryable) });
  const info = any("ErrorInfo", [[1, reason], [2, "inferwire"], ...facts.map(([key, value]) => [3, message([[1, key], [2, value]])])]);
  const metadata = new Metadata();
  const details = [info, ...(wait ? [any("RetryInfo", [[1, message([[1, wait]])]])] : [])];
  metadata.set("grpc-status-details-bin", Buffer.from(message([[1, code], [2, "what happened"], ...details])));
  return Object.assign(new Error(), { code, details: "what happened", metadata });
};
for (const [code, reason, http, more] of [
  [status.PERMISSION_DENIED, "PATH_NOT_ALLOWED", 403], [status.NOT_FOUND, "MODEL_NOT_FOUND", 404], [status.INVALID_ARGUMENT, "INVALID_PARAMETER", 400],
  [status.UNAUTHENTICATED, "INVALID_CREDENTIALS", 401], [status.RESOURCE_EXHAUSTED, "TENANT_RATE_LIMITED", 429, { retryable: true, wait: 3 }],
  [status.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE", 413], [status.UNAVAILABLE, "UPSTREAM_UNREACHABLE", 503, { retryable: true, wait: 1 }],
  [status.UNAVAILABLE, "STREAM_TRUNCATED", 503], [status.DEADLINE_EXCEEDED, "DEADLINE", 504], [status.INTERNAL, "GATEWAY_ERROR", 500],
]) {
  reply = () => { throw failure(code, reason, more); };
  for (const stream of [false, true]) {
    const seen = await fetch(`${base}/chat/completions`, post({ stream }));
    const { error } = await seen.json();
    assert.deepEqual([seen.status, error.code, error.message, seen.headers.get("x-request-id"), seen.headers.get("x-should-retry"), seen.headers.get("retry-after-ms")],
      [http, reason, "what happened", "r9", String(more?.retryable ?? false), more?.wait ? `${more.wait}000` : null]);
  }
}
// Vercel's SDK repeats every 5xx: what must not be repeated is thrown there.
await assert.rejects(fetch(`${base}/chat/completions`, post({}, { "user-agent": "ai/7.0.1 ai-sdk-provider-utils/5.0.1 node.js/v20" })), { reason: "GATEWAY_ERROR" });
// Nobody there: as of any fetch.
await assert.rejects(openaiFetch(new Client("127.0.0.1:1"))(`${base}/models`), (error) => error instanceof TypeError && error.cause.reason === "UNREACHABLE");

// Streams come as they are made, and end upstream when they are no longer read.
const event = (data, more = {}) => ({ message: { case: "event", value: { data: Buffer.from(data), ...more } } });
const started = { message: { case: "started", value: { httpStatus: 200, contentType: "text/event-stream; charset=utf-8", gateway } } };
const completed = { message: { case: "completed", value: {} } };
const chunk = (finish = null, index = 0) => event(JSON.stringify({ choices: [{ index, finish_reason: finish, delta: { content: "x" } }] }));
let release;
const held = () => new Promise((resolve) => (release = resolve));
reply = async function* () {
  yield started;
  yield event("a\nb", { event: "e", id: "7" });
  yield chunk("stop");
  yield event("[DONE]");
  await held();
  yield completed;
};
const live = await fetch(`${base}/chat/completions`, post({ model: "m", stream: true }));
const reader = live.body.getReader();
assert.equal(text((await reader.read()).value), "event: e\nid: 7\ndata: a\ndata: b\n\n");
assert.match(text((await reader.read()).value), /"finish_reason":"stop"/);
const lastRead = reader.read(); // the SDK reads nothing behind it: it comes when the call has ended well
assert.equal(await Promise.race([lastRead.then(() => "early"), new Promise((resolve) => setImmediate(() => resolve("held")))]), "held");
release();
assert.equal(text((await lastRead).value), "data: [DONE]\n\n");
assert.deepEqual([(await reader.read()).done, live.headers.get("x-inferwire-request-id")], [true, "gw"]);

const endsUpstream = async (path, stop) => {
  let cancelled;
  reply = async function* (call) {
    cancelled = once(call, "cancelled");
    yield started;
    yield chunk();
    await cancelled;
  };
  const controller = new AbortController();
  const answer = await fetch(`${base}${path}`, { ...post({ stream: true }), signal: controller.signal });
  const reader = answer.body.getReader();
  await reader.read();
  const waiting = reader.read(); // nothing comes
  const outcome = waiting.then(({ done }) => ({ done }), (error) => ({ error }));
  await stop(controller, reader);
  await cancelled;
  return outcome;
};
assert.deepEqual(await endsUpstream("/chat/completions", (_, reader) => reader.cancel()), { done: true });
const { error } = await endsUpstream("/responses", (controller) => controller.abort());
assert.equal(error.name, "AbortError");
let pending;
reply = (call) => new Promise(() => { pending = once(call, "cancelled"); setImmediate(() => controller.abort(new RangeError("enough"))); });
const controller = new AbortController();
await assert.rejects(fetch(`${base}/chat/completions`, { ...post({}), signal: controller.signal }), RangeError);
await pending;
await assert.rejects(fetch(`${base}/models`, { signal: AbortSignal.abort() }), { name: "AbortError" });

// What was cut is an error, however politely the connection ended.
const outcome = async (path, events, contentType) => {
  reply = function* () {
    yield contentType ? { message: { case: "started", value: { httpStatus: 200, contentType } } } : started;
    yield* events;
    yield completed;
  };
  const answer = await fetch(`${base}${path}`, post({ stream: true }));
  return answer.text().then(() => "whole", ({ reason }) => reason);
};
const typed = (type) => event(JSON.stringify({ type }));
for (const [path, events, wanted, contentType] of [
  ["/chat/completions", [], "STREAM_TRUNCATED"], ["/chat/completions", [chunk()], "STREAM_TRUNCATED"],
  ["/chat/completions", [chunk(), chunk("stop")], "whole"], ["/chat/completions", [chunk(), event("[DONE]")], "STREAM_TRUNCATED"],
  ["/chat/completions", [event("[DONE]")], "STREAM_TRUNCATED"], ["/chat/completions", [chunk("stop"), event("[DONE]")], "whole"],
  ["/chat/completions", [chunk(null, 0), chunk(null, 1), chunk("stop", 0)], "STREAM_TRUNCATED"],
  ["/chat/completions", [chunk(null, 0), chunk(null, 1), chunk("stop", 0), chunk("length", 1)], "whole"],
  ["/chat/completions", [event('{"error":{"message":"x"}}')], "whole"], ["/chat/completions", [event("no JSON")], "STREAM_TRUNCATED"],
  ["/responses", [typed("response.created")], "STREAM_TRUNCATED"], ["/responses", [typed("response.created"), typed("response.incomplete")], "whole"],
  ["/images/generations", [typed("image_generation.partial_image")], "STREAM_TRUNCATED"], ["/images/generations", [typed("image_generation.completed")], "whole"],
  ["/audio/transcriptions", [typed("transcript.text.done")], "whole"], ["/unknown", [typed("x")], "whole"],
  ["/audio/speech", [{ message: { case: "bodyPart", value: Buffer.from("MP3") } }], "whole", "audio/mpeg"],
]) {
  assert.equal(await outcome(path, events, contentType), wanted, `${path} ${JSON.stringify(events.length)} ${wanted}`);
}
reply = function* () {
  yield started;
  throw failure(status.UNAVAILABLE, "UPSTREAM_UNREACHABLE");
};
await assert.rejects((await fetch(`${base}/chat/completions`, post({ stream: true }))).text(), { reason: "UPSTREAM_UNREACHABLE" });

// What new OpenAI() and createOpenAI() take.
const { apiKey, baseURL, fetch: made } = openaiOptions(client);
assert.deepEqual([typeof apiKey, typeof made], ["string", "function"]);
reply = () => ({ httpStatus: 200 });
await made(`${baseURL}/models`);
assert.equal(last.call.path, "/models");
console.log("ok");
process.exit(0);
