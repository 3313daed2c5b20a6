// What is no request is the caller's error, says where, and reaches nobody; what is one stays one.
import assert from "node:assert/strict";
import { Client, InferwireError, Role } from "@inferwire/client";
import * as v1 from "@inferwire/client/v1";

// Nobody listens there: a call that is sent says UNREACHABLE.
const client = new Client("127.0.0.1:1", { timeoutMs: 5000 });
const message = { role: Role.USER, content: "Hi" };
const params = { model: "m", messages: [message] };
const read = async (stream) => {
  for await (const _ of stream);
};

async function reason(call) {
  try {
    await call();
  } catch (error) {
    assert(error instanceof InferwireError, String(error?.stack ?? error));
    assert.equal(error.origin === "caller", !["UNREACHABLE"].includes(error.reason));
    return `${error.reason} ${error.detail}`;
  }
  return "no error";
}

const wrong = [
  ["a role as OpenAI writes it", { ...params, messages: [{ role: "user", content: "Hi" }] }, /messages\[0\]\.role: must be an integer/],
  ["a role that is an object", { ...params, messages: [{ role: {}, content: "Hi" }] }, /messages\[0\]\.role/],
  ["content as OpenAI writes parts", { ...params, messages: [{ ...message, content: [{ type: "text", text: "Hi" }] }] }, /messages\[0\]\.content/],
  ["content that is a number", { ...params, messages: [{ ...message, content: 42 }] }, /messages\[0\]\.content: must be text, and is an integer/],
  ["half a character", { ...params, messages: [{ ...message, content: "\ud83d" }] }, /messages\[0\]\.content: must be Unicode/],
  ["a name in another style", { ...params, max_tokens: 3 }, /max_tokens: there is no such field/],
  ["a name that is none", { ...params, messages: [{ ...message, text: "Hi" }] }, /messages\[0\]\.text: there is no such field/],
  ["messages that are no list", { ...params, messages: message }, /wrong type|messages/],
  ["messages that are text", { ...params, messages: "Hi" }, /wrong type|messages/],
  ["a message that is text", { ...params, messages: ["Hi"] }, /messages\[0\]/],
  ["a number as text", { ...params, temperature: "0.5" }, /temperature: must be a number, and is text/],
  ["an integer that is none", { ...params, maxCompletionTokens: 1.5 }, /maxCompletionTokens: must be an integer/],
  ["an integer that is too large", { ...params, n: 2 ** 40 }, /n: must be an integer of 32 bits/],
  ["an integer that is NaN", { ...params, n: NaN }, /n: must be an integer/],
  ["a seed that is no bigint", { ...params, seed: 7 }, /seed|wrong type/],
  ["a flag as text", { ...params, store: "yes" }, /store: must be true or false/],
  ["a union's case that is none", { ...params, messages: [{ ...message, contentParts: [{ part: { case: "txt", value: "x" } }] }] }, /contentParts\[0\]\.part\.case: must be one of text, imageUrl, /],
  ["a union as other generators write it", { ...params, messages: [{ ...message, contentParts: [{ part: { $case: "text", value: "x" } }] }] }, /part\.\$case: there is no such field/],
  ["a union without its case", { ...params, messages: [{ ...message, contentParts: [{ part: { value: "x" } }] }] }, /part\.case: must be one of/],
  ["a union without its value", { ...params, messages: [{ ...message, contentParts: [{ part: { case: "text" } }] }] }, /part\.value: must be text, and is undefined/],
  ["a union's member outside of it", { ...params, messages: [{ ...message, contentParts: [{ text: "x" }] }] }, /contentParts\[0\]\.text: there is no such field/],
  ["a message of another type", { ...params, messages: [v1.create(v1.ContentPartSchema)] }, /messages\[0\]: must be a inferwire\.v1\.ChatMessage, and is a inferwire\.v1\.ContentPart/],
  ["what has no members of its own", { ...params, responseFormat: new Map([["a", 1]]) }, /responseFormat: must be an object, and is a Map/],
  ["a promise", { ...params, toolChoice: Promise.resolve({}) }, /toolChoice: must be an object, and is a Promise/],
  ["a hole in a list", { ...params, stop: ["a", , "b"] }, /stop\[1\]: must be text, and is undefined/],
  ["a bigint of more than 64 bits", { ...params, seed: 1n << 63n }, /seed: must be a bigint of 64 bits/],
  ["a getter that throws", Object.defineProperty({ ...params }, "user", { get: () => JSON.parse("{"), enumerable: true }), /wrong type/],
  ["bytes as text", { ...params, messages: [{ ...message, contentParts: [{ part: { case: "imageUrl", value: { data: "AAEC" } } }] }] }, /data|wrong type/],
  ["a map's value that is no text", { ...params, metadata: { team: 7 } }, /metadata\.team/],
];
for (const [what, given, where] of wrong) {
  for (const [kind, call] of [
    ["complete", () => client.complete({ params: given })],
    ["stream", () => read(client.stream({ params: given }))],
    ["estimate", () => client.estimate({ params: given })],
  ]) {
    const seen = await reason(call);
    assert.match(seen, /^INVALID_REQUEST /, `${kind}: ${what}: ${seen}`);
    assert.match(seen, where, `${kind}: ${what}`);
  }
}

for (const [what, call] of Object.entries({
  "no request": () => client.complete(undefined),
  "null": () => client.complete(null),
  "a number": () => client.complete(42),
  "a list": () => client.complete(["Hi"]),
  "parameters instead of a request": () => client.complete(params),
  "streamed number": () => read(client.stream(42)),
  "an id that is none": () => client.getModel(42),
  "a batch's id that is none": () => client.getBatch({}),
  "raw call": () => client.invoke({ call: { method: 1 } }),
  "raw stream": () => read(client.streamInvoke("GET /models")),
  "many: one text": async () => client.completeMany("Hi"),
  "many: a number": async () => client.completeMany(42),
  "batch: one text": () => client.createBatch("Hi"),
  "batch: header": () => client.createBatch(["Hi"], { metadata: { a: 1 } }),
})) {
  assert.match(await reason(call), /^INVALID_REQUEST /, what);
}
for (const [what, call] of Object.entries({
  "a timeout that is text": () => client.complete("Hi", { timeoutMs: "5s" }),
  "a timeout that is NaN": () => client.complete("Hi", { timeoutMs: NaN }),
  "an option that is none": async () => new Client("h", { bearer_token: "x" }),
  "a target that is none": async () => new Client(50051),
})) {
  assert.match(await reason(call), /^INVALID_OPTIONS /, what);
}

// An item that is wrong ends its loop with its own error, and the gateway is real here.
const real = new Client(process.env["INFERWIRE_SERVER"]);
for (const items of [[{ messages: [{ role: "user" }] }], ["Hi", 42], ["Hi", null]]) {
  assert.match(await reason(() => read(real.completeMany(items))), /^INVALID_REQUEST /);
  assert.match(await reason(() => real.createBatch(items)), /^INVALID_REQUEST /);
}

// What is right is sent: parts, null for unset, whole messages, received ones, bytes.
const received = v1.fromBinary(v1.ChatMessageSchema, Buffer.from("0803120161c23e0161", "hex")); // with an unknown field
class Built {
  get model() {
    return "m";
  }
}
for (const given of [
  params, { ...params, temperature: null, n: undefined }, v1.create(v1.ChatCompletionParamsSchema, params), new Built(),
  { ...params, messages: [received], seed: 7n, metadata: { a: "b" }, stop: ["x"], logitBias: { 50256: -100 } },
  { ...params, messages: [{ ...received, toolCalls: [{ id: "a", call: { case: "function", value: { name: "f" } } }] }] },
  { ...params, messages: [{ ...message, contentParts: [{ part: { case: "imageUrl", value: { data: Buffer.of(1), mimeType: "image/png" } } }] }] },
]) {
  assert.match(await reason(() => client.complete({ params: given })), /^UNREACHABLE /);
}

console.log("ok");
process.exit(0);
