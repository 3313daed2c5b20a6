// Plain messages, typed answers and runs of functions, against a gateway that says what it was told to say.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { InterceptingCall, status } from "@grpc/grpc-js";
import { AnswerError, Client, costInUsd, InferwireError, tool, usd, VERSION } from "@inferwire/client";
import * as v1 from "@inferwire/client/v1";
import { z } from "zod";
import { all, failing, fakeGateway } from "./fake_gateway.mjs";

const { FinishReason, Role } = v1;
const { serve, connect } = fakeGateway();
const asked = []; // every request
let reply; // of one request, and how often there was one, a completion in parts
const gateway = { requestId: "r1", upstream: "first", model: "m", cost: { totalPicousd: 12_400_000n } };
serve(v1.ChatService.method.complete, async (request, call) => {
  asked.push(request);
  const choice = await reply(request.params, asked.length, call);
  return { completion: { choices: [choice], usage: { inputTokens: 3n, outputTokens: 2n, totalTokens: 5n } }, gateway: choice.gateway ?? gateway };
});
const chunk = (content) => ({ event: { case: "chunk", value: { choices: [{ delta: { content } }] } } });
serve(v1.ChatService.method.streamComplete, function* ({ params }) {
  asked.push({ params });
  yield { event: { case: "started", value: {} } };
  yield chunk("one ");
  yield chunk("two");
  if (params.model === "cut") return;
  yield { event: { case: "completed", value: { usage: { totalTokens: 5n }, gateway } } };
});
const says = (content, finishReason = FinishReason.STOP) => ({ message: { role: Role.ASSISTANT, content }, finishReason });
const calls = (...list) => ({
  message: { role: Role.ASSISTANT, toolCalls: list.map(([name, args], i) => ({ id: `call_${i}`, call: { case: "function", value: { name, arguments: args } } })) },
  finishReason: FinishReason.TOOL_CALLS,
});

process.env.INFERWIRE_MODEL = "from-environment";
const client = await connect();
const last = () => asked.at(-1).params;
reply = () => says("Hello");

// The environment, and what wins over it.
assert.equal(client.model, "from-environment");
assert.equal(new Client("h", { model: "own" }).model, "own");
delete process.env.INFERWIRE_MODEL;
assert.equal(new Client("h").model, "gpt-4.1-mini");
process.env.INFERWIRE_SERVER = "from-environment:1";
assert.equal(new Client().target, "dns:///from-environment:1");
assert.equal(new Client("given:2").target, "dns:///given:2");
process.env.INFERWIRE_CA = "/no/such/file.pem";
assert.throws(() => new Client(), ({ reason, message }) => reason === "INVALID_OPTIONS" && /INFERWIRE_CA.*ENOENT/.test(message));
for (const [target, options] of [["http://h", {}], ["h", { tls: {} }]]) new Client(target, options); // explicit wins
delete process.env.INFERWIRE_CA;
assert.match(VERSION, /^\d+\.\d+\.\d+$/);

// Text, or messages in OpenAI's form with everything that they may have.
assert.equal(await client.complete("Hi"), "Hello");
assert.equal(last().model, "from-environment");
const png = Buffer.from("89504e470d0a1a0a0000", "hex");
const answer = await client.complete([
  { role: "developer", content: "Be kind." },
  { role: "user", name: "ada", content: ["What is it?", { type: "text", text: "Look." }, { type: "image", data: png, detail: "low" },
    { type: "image_url", image_url: { url: "https://a/b.png" } }, { type: "image_url", image_url: "https://a/c.png" },
    { type: "input_audio", input_audio: { data: "AAEC", format: "wav" } }, { type: "file", file: { file_id: "f1" } },
    { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERg==" } }, { type: "later", x: 1 }] },
  { role: "assistant", content: null, refusal: null, annotations: [], tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }] },
  { role: "tool", tool_call_id: "c1", content: "42" },
  { role: Role.USER, content: "One of the API's own" },
], {
  model: "m", system: "Short.", temperature: 0.5, topP: null, maxCompletionTokens: 9, seed: 7, stop: ["x"], timeoutMs: 5000, maxRetries: 2,
  idempotencyKey: "k", toolChoice: "required", tools: [
    { name: "flat", description: "d", parameters: z.object({ a: z.string().optional() }) },
    { type: "function", function: { name: "openai", parameters: { type: "object" }, strict: true } },
    { type: "web_search", x: 1 }, { tool: { case: "custom", value: { name: "own" } } }],
});
const { messages, tools, ...params } = last();
assert.deepEqual(messages.map(({ role }) => role), [Role.SYSTEM, Role.DEVELOPER, Role.USER, Role.ASSISTANT, Role.TOOL, Role.USER]);
assert.deepEqual(messages[2].contentParts.map(({ part }) => part.case),
  ["text", "text", "imageUrl", "imageUrl", "imageUrl", "inputAudio", "file", "file", "rawJson"]);
const [, , image, url, , audio, , file] = messages[2].contentParts.map(({ part }) => part.value);
assert.deepEqual([image.mimeType, image.detail, Buffer.compare(image.data, png), url.url], ["image/png", "low", 0, "https://a/b.png"]);
assert.deepEqual([Buffer.from(audio.data).toString("hex"), audio.format, file.mimeType, Buffer.from(file.data).toString()],
  ["000102", "wav", "application/pdf", "%PDF"]);
assert.deepEqual([messages[3].content, messages[3].toolCalls[0].id, messages[4].toolCallId], [undefined, "c1", "c1"]);
assert.deepEqual([params.temperature, params.topP, params.maxCompletionTokens, params.seed, params.stop, params.toolChoice.choice.value],
  [0.5, undefined, 9, 7n, ["x"], v1.ToolChoiceMode.REQUIRED]);
assert.deepEqual(tools.map(({ tool }) => tool.case), ["function", "function", "rawJson", "custom"]);
assert.deepEqual(JSON.parse(tools[0].tool.value.parametersJson), { type: "object", properties: { a: { type: "string" } } });
assert.deepEqual([asked.at(-1).options.idempotencyKey, asked.at(-1).options.maxRetries], ["k", 2]);

// What an answer says, beside the members of its type.
assert.deepEqual([answer.text, answer.cost, answer.usage.totalTokens, answer.message.role], ["Hello", "0.0000124", 5n, Role.ASSISTANT]);
assert.deepEqual(Object.keys(answer).filter((name) => !name.startsWith("$")), ["completion", "gateway"]);
await client.complete([answer.message, { role: "user", content: "And?" }]);
assert.equal(last().messages[0].content, "Hello");
reply = () => ({ ...says("free"), gateway: { cost: { unpricedReason: "MODEL_NOT_PRICED" } } });
assert.equal((await client.complete([{ role: "user", content: "" }])).cost, undefined);
reply = () => ({ message: { contentParts: [{ part: { case: "text", value: "in " } }, { part: { case: "text", value: "parts" } }] } });
assert.equal((await client.complete([{ role: "user", content: "Hi" }])).text, "in parts");
assert.deepEqual([0n, 1n, 10n ** 12n, 1_500_000_000_000n, -5n * 10n ** 11n, 2n ** 62n].map(usd),
  ["0", "0.000000000001", "1", "1.5", "-0.5", "4611686.018427387904"]);
assert.equal(costInUsd(undefined), undefined);

// Streams know what has come so far.
const stream = client.stream([{ role: "user", content: "Count" }], { system: "Go" });
assert.deepEqual([stream.text, stream.cost, stream.usage], ["", undefined, undefined]);
for await (const { text } of stream) if (text === "one ") assert.equal(stream.text, "one ");
assert.deepEqual([stream.text, stream.cost, stream.usage.totalTokens], ["one two", "0.0000124", 5n]);
const cut = client.stream("Hi", { model: "cut" });
await failing(all(cut), "STREAM_TRUNCATED");
assert.equal(cut.text, "one two");

// What is no message, no tool and no parameter is the caller's error, with its path.
const wrong = async (pattern, prompt, options) => {
  const before = asked.length;
  const { message } = await failing(client.complete(prompt, options), "INVALID_REQUEST");
  assert.match(message, pattern);
  await failing(all(client.stream(prompt, options)), "INVALID_REQUEST");
  assert.equal(asked.length, before);
};
const user = (content) => [{ role: "user", content }];
await wrong(/messages\[1\]\.role: must be one of developer, .* and is another text/, [{ role: "user", content: "a" }, { role: "User", content: "b" }]);
await wrong(/messages\[0\]: must be an object/, ["Hi"]);
await wrong(/messages\[0\]: must be an object/, [null]);
await wrong(/messages\[0\]\.role/, [{ content: "Hi" }]);
await wrong(/messages\[0\]\.contents: there is no such field/, [{ role: "user", contents: "Hi" }]);
await wrong(/content: must be text/, user(42));
await wrong(/messages\[0\]\.content\[0\]/, user([42]));
await wrong(/messages\[0\]\.content\[0\]\.type/, user([{ text: "x" }]));
await wrong(/content\[0\]\.image: there is no such field/, user([{ type: "image", image: png }]));
await wrong(/content\[0\]\.data: must be a Buffer/, user([{ type: "image", data: "AAAA" }]));
await wrong(/content\[0\]\.mimeType: must be given/, user([{ type: "image", data: Buffer.from("nothing known") }]));
await wrong(/file_data/, user([{ type: "file", file: { file_data: "JVBERg==" } }]));
await wrong(/Unicode/, user("\ud83d"));
await wrong(/params\.temprature: there is no such field/, "Hi", { temprature: 1 });
await wrong(/tools\[0\]\.name/, "Hi", { tools: [{ description: "x" }] });
await wrong(/tools\[0\]\.parameters: must be a schema/, "Hi", { tools: [{ name: "x", parameters: "y" }] });
await wrong(/tools: must be a list/, "Hi", { tools: { name: "x" } });
await wrong(/toolChoice/, "Hi", { toolChoice: "any" });

// A typed answer: the schema goes in the strict form, what comes is checked by it.
const Person = z.object({ name: z.string(), born: z.number().int(), died: z.number().nullable(), tags: z.array(z.enum(["a", "b"])).max(2) });
const ada = '{"name":"Ada","born":1815,"died":null,"tags":["a"]}';
reply = () => says(ada);
const typed = await client.parse("Who?", Person, { system: "s", name: "person", temperature: 0 });
assert.deepEqual([typed.parsed, typed.cost, typed.text], [JSON.parse(ada), "0.0000124", ada]);
const format = last().responseFormat.format.value;
assert.deepEqual([format.name, format.strict], ["person", true]);
const schema = JSON.parse(format.schemaJson);
assert.deepEqual([schema.required, schema.additionalProperties, schema.$schema], [["name", "born", "died", "tags"], false, undefined]);
const Doubled = z.object({ n: z.number().transform((n) => 2 * n) }); // it has no JSON Schema of what comes out
assert.match((await failing(client.parse("x", Doubled), "INVALID_REQUEST")).message, /schema: no JSON Schema can be made of it/);
assert.match((await failing(client.parse("x", z.object({ a: z.object({ b: z.string().optional() }) })), "INVALID_REQUEST")).message,
  /schema\.properties\.a\.b|schema\.a\.b: must not be optional/);
await failing(client.parse("x", z.record(z.string(), z.number())), "INVALID_REQUEST");
for (const none of [undefined, null, "Person", [], 42]) await failing(client.parse("x", none), "INVALID_REQUEST");

// A JSON Schema as an object.
const json = {
  type: "object", required: ["name", "born", "died", "tags", "next"], $defs: { next: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
  properties: { name: { type: "string", minLength: 2, pattern: "^A" }, born: { type: "integer", minimum: 1800, multipleOf: 5 },
    died: { type: ["number", "null"] }, tags: { type: "array", items: { enum: ["a", "b"] }, minItems: 1 }, next: { $ref: "#/$defs/next" } },
};
const whole = { name: "Ada", born: 1815, died: null, tags: ["a"], next: null };
for (const [value, field] of [
  [whole], [{ ...whole, next: whole }], [{ ...whole, name: "A" }, "name"], [{ ...whole, name: "Bob" }, "name"], [{ ...whole, born: 1815.5 }, "born"],
  [{ ...whole, born: 1799 }, "born"], [{ ...whole, born: 1816 }, "born"], [{ ...whole, died: "x" }, "died"], [{ ...whole, tags: [] }, "tags"],
  [{ ...whole, tags: ["a", "c"] }, "tags[1]"], [{ ...whole, next: {} }, "next"], [{ ...whole, more: 1 }, ""], [[whole], ""], [null, ""],
  [{ name: "Ada", born: 1815, died: null, tags: ["a"] }, "next"],
]) {
  reply = () => says(JSON.stringify(value));
  if (field === undefined) {
    assert.deepEqual((await client.parse("Who?", { ...json, additionalProperties: false })).parsed, value);
  } else {
    const { fields } = await failing(client.parse("Who?", { ...json, additionalProperties: false }), "MISMATCH");
    assert.equal(fields[0].field, field, JSON.stringify(value));
  }
}

// What is no such answer is an error that keeps it, and shows it to no log.
for (const [reason, choice] of [
  ["REFUSED", { message: { refusal: "secret words" }, finishReason: FinishReason.STOP }],
  ["REFUSED", { message: { contentParts: [{ part: { case: "refusal", value: "secret words" } }] } }],
  ["REFUSED", says("secret words", FinishReason.CONTENT_FILTER)],
  ["CUT_OFF", says('{"name":"secret words', FinishReason.LENGTH)],
  ["MISMATCH", says("secret words")],
  ["MISMATCH", says('{"name":"secret words"}')],
]) {
  reply = () => choice;
  const error = await failing(client.parse("Who?", Person), reason);
  assert.ok(error instanceof AnswerError && error instanceof InferwireError);
  assert.match(error.text, /secret words/);
  assert.deepEqual([error.cost, error.answer.usage.totalTokens, error.requestId, error.retryable, error.mayBeBilled, error.origin],
    ["0.0000124", 5n, "r1", false, true, "upstream"]);
  for (const shown of [String(error), error.message, JSON.stringify(error), inspect(error)]) assert.doesNotMatch(shown, /secret/);
}

// Functions: those of a round run at the same time; what goes wrong is told to the model.
const running = [];
let release;
const both = new Promise((resolve) => (release = resolve));
const weather = tool({
  name: "weather", parameters: z.object({ city: z.string(), days: z.coerce.number().default(1) }),
  run: async ({ city, days }) => {
    running.push(city);
    if (running.length === 2) release();
    await both; // each waits for the other
    return { city, days };
  },
});
const broken = tool({ name: "broken", run: () => { throw new Error("out of order"); } });
const nothing = tool({ name: "nothing", parameters: { type: "object", properties: { n: { type: "integer" } } }, run: () => undefined });
const big = tool({ name: "big", run: () => ({ n: 1n }) });
const half = tool({ name: "half", run: () => "\ud83d" });
reply = ({ messages }) => (messages.length === 1
  ? calls(["weather", '{"city":"Paris"}'], ["weather", '{"city":"Rome","days":"2"}'], ["broken", ""], ["unknown", "{}"], ["weather", "{"],
    ["weather", "{}"], ["nothing", '{"n":1}'], ["nothing", '{"n":"x"}'], ["big", "{}"], ["half", "{}"])
  : says("Sunny"));
const run = await client.runTools("How is it?", [weather, broken, nothing, big, half], { temperature: 0, idempotencyKey: "key" });
const told = last().messages.slice(2).map(({ content }) => content);
assert.deepEqual(told.slice(0, 5), ['{"city":"Paris","days":1}', '{"city":"Rome","days":2}', "Error: out of order",
  "Error: there is no such function", "Error: the arguments are no JSON"]);
assert.match(told[5], /^Error: city: /);
assert.deepEqual([told[6], told[9]], ["null", "\ufffd"]);
assert.match(told[7], /^Error: n: must be integer/);
assert.match(told[8], /^Error: .*BigInt/);
assert.deepEqual(last().messages.slice(2).map(({ toolCallId }) => toolCallId), Array.from({ length: 10 }, (_, i) => `call_${i}`));
assert.deepEqual([run.text, run.rounds, run.usage.totalTokens, run.cost, run.messages.length], ["Sunny", 2, 10n, "0.0000248", 13]);
assert.deepEqual(asked.slice(-2).map(({ options }) => options.idempotencyKey), ["key 1", "key 2"]);

reply = () => calls(["nothing", "{}"]);
const endless = await failing(client.runTools("Hi", [nothing], { maxRounds: 3 }), "TOO_MANY_ROUNDS");
assert.deepEqual([endless.cost, endless.answer.message.toolCalls.length], ["0.0000372", 1]);
reply = ({ messages }) => ({ ...(messages.length === 1 ? calls(["nothing", "{}"]) : says("x")), ...(messages.length === 1 ? { gateway: { requestId: "unpriced" } } : {}) });
assert.equal((await client.runTools("Hi", [nothing])).cost, undefined);
for (const maxRounds of [0, -1, 1.5, NaN]) await failing(client.runTools("Hi", [nothing], { maxRounds }), "INVALID_OPTIONS");
await failing(client.runTools("Hi", [nothing, nothing]), "INVALID_REQUEST");

// A run ends with its signal, and with its time, whatever its functions do.
const stuck = tool({ name: "nothing", run: (_, { signal }) => new Promise(() => { stuckSignal = signal; }) });
let stuckSignal;
reply = () => calls(["nothing", "{}"]);
const controller = new AbortController();
const cancelled = client.runTools("Hi", [tool({ ...stuck, run: (args, context) => { controller.abort(); return stuck.run(args, context); } })], { signal: controller.signal });
await failing(cancelled, status.CANCELLED);
assert.equal(stuckSignal.aborted, true);
await failing(client.runTools("Hi", [stuck], { timeoutMs: 300 }), status.DEADLINE_EXCEEDED);
assert.equal(stuckSignal.aborted, true);

// Interceptors see every call.
const seen = [];
const interceptor = (options, next) => {
  seen.push(options.method_definition.path);
  return new InterceptingCall(next(options));
};
const hooked = new Client(client.target, { interceptors: [interceptor], channelOptions: { "grpc.primary_user_agent": "mine" } });
let agent;
reply = (_, __, call) => {
  [agent] = call.metadata.get("user-agent");
  return says("Hello");
};
assert.equal(await hooked.complete("Hi"), "Hello");
await all(hooked.stream("Hi"));
assert.deepEqual(seen, ["/inferwire.v1.ChatService/Complete", "/inferwire.v1.ChatService/StreamComplete"]);
assert.match(agent, /^mine /);
console.log("ok");
process.exit(0);
