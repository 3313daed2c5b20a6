// The helpers for the services beside chat, against a gateway that says what it was told to say: plain
// values, and streams of responses that break and go on.
import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import * as v1 from "@inferwire/client/v1";
import { all, failing, fakeGateway } from "./fake_gateway.mjs";

const { serve, connect } = fakeGateway();

const whole = (id, outputText) => ({ id, outputText });
const EVENTS = [
  { type: "response.created", response: whole("resp_1", "") },
  { type: "response.output_text.delta", delta: "one " },
  { type: "response.output_text.delta", delta: "two " },
  { type: "response.output_text.delta", delta: "three" },
  { type: "response.completed", response: whole("resp_1", "one two three") },
];
const event = (number) => ({ event: { case: "responseEvent", value: { ...EVENTS[number], sequenceNumber: BigInt(number) } } });
const seen = [];

// Breaks each new stream after its third event, and repeats one event when it goes on.
serve(v1.ResponsesService.method.streamResponse, function* (request) {
  seen.push(request);
  yield { event: { case: "started", value: { gateway: { upstream: "first" } } } };
  if (!request.resume) {
    for (let i = 0; i < 3; ++i) yield event(i);
    throw Object.assign(new Error("broken"), { code: status.UNAVAILABLE, details: "broken" });
  }
  for (let i = Number(request.resume.startingAfter); i < EVENTS.length; ++i) yield event(i);
  yield { event: { case: "completed", value: { responseId: "resp_1" } } };
});
serve(v1.ResponsesService.method.createResponse, ({ params }) => ({ response: whole("r", `${params.model}: ${params.input}`) }));
serve(v1.ResponsesService.method.getResponse, ({ responseId }) => {
  if (responseId !== "resp_1") throw Object.assign(new Error(), { code: status.NOT_FOUND, details: "no such response" });
  return { response: whole("resp_1", "") };
});
serve(v1.ResponsesService.method.listInputItems, ({ pageToken }) => {
  const page = Number(pageToken || 0);
  return { items: [{ id: `item_${page}` }], nextPageToken: page < 2 ? String(page + 1) : "" };
});
serve(v1.EmbeddingsService.method.embed, ({ params }) => ({
  result: { embeddings: params.input.map((text, index) => ({ index, values: [text.length] })).reverse() },
}));
serve(v1.ModerationsService.method.moderate, ({ params }) => ({
  moderation: { results: params.input.map((text) => ({ flagged: text.includes("bad") })) },
}));
serve(v1.TextCompletionsService.method.completeText, ({ params }) => ({
  completion: { choices: [{ text: `${params.prompt[0]} on` }] },
}));
serve(v1.TextCompletionsService.method.streamCompleteText, function* ({ params }) {
  for (const text of ["goes ", "on"]) yield { event: { case: "chunk", value: { choices: [{ text }] } } };
  if (params.prompt[0] !== "cut") yield { event: { case: "completed", value: {} } };
});
serve(v1.ImagesService.method.generateImages, () => ({ result: { images: [{ data: Buffer.from("PNG") }] } }));

const client = await connect();

assert.equal(await client.respond("Hi", { model: "m" }), "m: Hi");
assert.equal((await client.respond({ params: { model: "m", input: "Hi" } })).response.outputText, "m: Hi");
assert.deepEqual(await client.embed("four"), [4]);
assert.deepEqual(await client.embed(["a", "bb", "ccc"]), [[1], [2], [3]]);
assert.equal((await client.moderate("bad")).flagged, true);
assert.deepEqual((await client.moderate(["good", "bad"])).map(({ flagged }) => flagged), [false, true]);
assert.equal(await client.completeText("go"), "go on");
assert.equal((await all(client.streamCompleteText("it"))).map(({ text }) => text).join(""), "goes on");
await failing(all(client.streamCompleteText("cut")), "STREAM_TRUNCATED");
assert.equal(Buffer.from((await client.generateImages("a dog"))[0].data).toString(), "PNG");
await failing(client.embed([1]), "INVALID_REQUEST");
await failing(client.respond({ param: {} }), "INVALID_REQUEST");

const { getResponse, listInputItems } = v1.ResponsesService.method;
assert.equal((await client.call(getResponse, { responseId: "resp_1" })).response.id, "resp_1");
await failing(client.call(getResponse, {}), status.NOT_FOUND);
const pages = await all(client.callPages(listInputItems, { responseId: "resp_1" }));
assert.deepEqual(pages.flatMap(({ items }) => items).map(({ id }) => id), ["item_0", "item_1", "item_2"]);

// In the background a stream goes on by itself.
const lasting = client.streamResponse({ params: { background: true } }, { idempotencyKey: "key" });
assert.deepEqual((await all(lasting)).map(({ message }) => message.event.case),
  ["started", ...Array(5).fill("responseEvent"), "completed"]);
assert.equal(lasting.text, "one two three");
assert.equal(lasting.response.outputText, "one two three");
const { resume, options } = seen.at(-1);
assert.deepEqual([resume.responseId, resume.startingAfter, resume.upstream], ["resp_1", 2n, "first"]);
assert.equal(options.idempotencyKey, "");
assert.equal(seen.at(-2).options.idempotencyKey, "key");

// Any other by hand.
const broken = client.streamResponse("Hi");
assert.throws(() => broken.resume(), ({ reason }) => reason === "NOT_RESUMABLE");
await failing(all(broken), status.UNAVAILABLE);
assert.deepEqual([broken.text, broken.lastSequenceNumber, broken.response], ["one two ", 2n, undefined]);
assert.deepEqual((await all(broken.resume())).map(({ text }) => text).filter(Boolean), ["three"]);
assert.equal(broken.text, "one two three");
const again = await all(client.resumeResponse("resp_1", 3n));
assert.deepEqual(again.map(({ type }) => type).filter(Boolean), ["response.completed"]);

// A signal is heard while the stream waits to go on, too.
const controller = new AbortController();
setTimeout(() => controller.abort(), 200);
await failing(all(client.streamResponse({ params: { background: true } }, { signal: controller.signal })), status.UNAVAILABLE);

console.log("ok");
process.exit(0);
