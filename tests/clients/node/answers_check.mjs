// Answers are plain messages, JSON.stringify works on each and on its parts, whatever is in them, and
// what is not known here stays: in answers, and in requests made from them.
import assert from "node:assert/strict";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Client, costOf, Role } from "@inferwire/client";
import * as v1 from "@inferwire/client/v1";

// It answers with what it is told, and keeps the bytes of the last request.
let reply, asked;
const bytes = (value) => value;
const server = new Server();
server.register("/inferwire.v1.ChatService/Complete", (call, done) => {
  asked = call.request;
  done(null, reply);
}, bytes, bytes, "unary");
server.register("/inferwire.v1.BatchesService/StreamBatchResults", (call) => {
  const schema = v1.StreamBatchResultsResponseSchema;
  for (const event of reply) call.write(Buffer.from(v1.toBinary(schema, v1.create(schema, { event }))));
  call.end();
}, bytes, bytes, "serverStream");
const port = await new Promise((resolve) => server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => resolve(port)));
const client = new Client(`127.0.0.1:${port}`);

async function answered(parts, more = "") {
  const whole = v1.toBinary(v1.CompleteResponseSchema, v1.create(v1.CompleteResponseSchema, parts));
  reply = Buffer.concat([whole, Buffer.from(more, "hex")]);
  return client.complete({ params: { model: "m", messages: [{ role: Role.USER, content: "Hi" }] } });
}
const json = (value) => JSON.parse(JSON.stringify(value));
const created = v1.timestampFromDate(new Date("2026-01-02T03:04:05Z"));
const token = { token: "a", bytes: Buffer.from("a") };

// A part is written as in the whole, and protobuf reads it again.
const parts = {
  completion: {
    created, usage: { totalTokens: 2n ** 60n }, metadata: { $typeName: "a", __proto: "b" },
    choices: [{ message: { role: Role.ASSISTANT, contentParts: [{ part: { case: "text", value: "Hi" } }] }, logprobs: { content: [token] } }],
  },
  gateway: { cost: { totalPicousd: 7n } },
};
const answer = await answered(parts);
const whole = json(answer);
assert.deepEqual(whole, {
  completion: {
    created: "2026-01-02T03:04:05Z", usage: { totalTokens: String(2n ** 60n) }, metadata: { $typeName: "a", __proto: "b" },
    choices: [{ message: { role: "ROLE_ASSISTANT", contentParts: [{ text: "Hi" }] }, logprobs: { content: [{ token: "a", bytes: "YQ==" }] } }],
  },
  gateway: { cost: { totalPicousd: "7" } },
});
const { completion, gateway } = answer;
for (const [seen, expected] of [
  [completion, whole.completion], [completion.usage, whole.completion.usage], [completion.created, whole.completion.created],
  [completion.metadata, whole.completion.metadata], [completion.choices, whole.completion.choices],
  [completion.choices[0].logprobs.content[0], whole.completion.choices[0].logprobs.content[0]],
  [completion.choices[0].message.contentParts[0], { text: "Hi" }], [gateway.cost, whole.gateway.cost], [{ a: [answer] }, { a: [whole] }],
]) {
  assert.deepEqual(json(seen), expected);
}
assert(v1.equals(v1.CompleteResponseSchema, v1.fromJson(v1.CompleteResponseSchema, whole), answer));

// It has the members of its type and no others.
assert.deepEqual(answer, v1.create(v1.CompleteResponseSchema, parts));
assert.equal(Object.keys(completion.usage).includes("toJSON"), false);

// What is not set is undefined, and no 0.
assert.equal(costOf((await answered({ gateway: { cost: {} } })).gateway.cost), undefined);
assert.equal((await answered({})).completion, undefined);

// What no JSON can be made of takes only itself away.
const far = await answered({ completion: { id: "x", created: { seconds: 2n ** 50n }, usage: { totalTokens: 3n } } });
assert.equal(json(far).completion.id, "x");
assert.equal(json(far).completion.usage.totalTokens, "3");
assert.deepEqual(json(far).completion.created.seconds, String(2n ** 50n));
// An enum's value of a later version.
assert.equal(json(await answered({ completion: { choices: [{ finishReason: 99 }] } })).completion.choices[0].finishReason, 99);

// An error's detail of a type that is not known here, beside one that is.
const details = ["google.rpc.ErrorInfo", "other.Detail"].map((name) => ({ typeUrl: `type.googleapis.com/${name}`, value: Buffer.from("0a0152", "hex") }));
const failed = { customId: "1", nextOffset: 1n, outcome: { case: "error", value: { code: 8, message: "m", details } } };
reply = [{ case: "result", value: failed }, { case: "end", value: {} }];
let results = 0;
for await (const { message, error } of client.batchResults("b")) {
  results++;
  assert.equal(error.reason, "R");
  const seen = json(message);
  assert.deepEqual([seen.customId, seen.nextOffset, seen.error.code, seen.error.message], ["1", "1", 8, "m"]);
  assert.deepEqual(seen.error.details, [
    { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "R" }, { typeUrl: "type.googleapis.com/other.Detail", value: "CgFS" }]);
}
assert.equal(results, 1);

// Field 1000 of the message in choice 0, which goes back as history, as it is and in a copy.
const unknown = "c23e0161";
const history = await answered({}, `0a0d220b1209080412016b${unknown}`);
const [{ message }] = history.completion.choices;
assert.equal(message.content, "k");
for (const again of [message, { ...message }, { ...message, content: "k" }, v1.clone(v1.ChatMessageSchema, message)]) {
  await client.complete({ params: { model: "m", messages: [again] } });
  assert.equal(asked.toString("hex").includes(`080412016b${unknown}`), true);
}
console.log("ok");
process.exit(0);
