// Vercel's AI SDK, unchanged, through a gateway and its simulator.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { Client } from "@inferwire/client";
import { openaiFetch, openaiOptions } from "@inferwire/client/openai";
import { APICallError, embedMany, generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const gateway = new Client(); // INFERWIRE_SERVER
const openai = createOpenAI(openaiOptions(gateway));
const name = "gpt-4.1-mini";
const simulator = process.env.SIMULATOR.replace(/\/v1$/, "");
const stats = async () => (await fetch(`${simulator}/simulator/stats`)).json();
// Its models speak either of the two APIs.
const kinds = { responses: (model) => openai(model), chat: (model) => openai.chat(model) };

for (const [kind, model] of Object.entries(kinds)) {
  test(`${kind}: a text`, async () => {
    const { text, usage, response } = await generateText({ model: model(name), prompt: "Hi" });
    assert.ok(text && usage.totalTokens > 0);
    assert.match(response.headers["x-inferwire-request-id"], /^[0-9a-f]{32}$/);
  });

  test(`${kind}: a stream`, async () => {
    const { textStream, usage } = streamText({ model: model(`${name}+tokens=20+rate=50`), prompt: "Hi" });
    const times = [];
    for await (const _ of textStream) times.push(performance.now());
    assert.ok(times.length > 5 && times.at(-1) - times[0] > 200, "they came all at once");
    assert.ok((await usage).totalTokens > 0);
  });

  test(`${kind}: an object`, async () => {
    const schema = z.object({ name: z.string(), born: z.number().int() });
    schema.parse((await generateObject({ model: model(name), schema, prompt: "Who?" })).object);
  });

  test(`${kind}: functions`, async () => {
    const get_weather = tool({ inputSchema: z.object({ city: z.string() }), execute: async () => "sunny" });
    const { text, steps } = await generateText({
      model: model(name), prompt: "Call get_weather for Paris.", tools: { get_weather }, stopWhen: stepCountIs(5) });
    assert.ok(text);
    assert.equal(steps.length, 2);
  });

  test(`${kind}: a stream that is cut is an error`, async () => {
    const { textStream } = streamText({ model: model(`${name}+tokens=50+truncate`), prompt: "Hi", maxRetries: 0, onError: () => {} });
    await assert.rejects(async () => {
      for await (const _ of textStream);
    }, ({ cause }) => cause?.reason === "STREAM_TRUNCATED");
  });
}

test("embeddings", async () => {
  const { embeddings } = await embedMany({ model: openai.embedding("text-embedding-3-small"), values: ["a", "b"] });
  assert.deepEqual(embeddings.map((vector) => vector.length), [1536, 1536]);
});

test("errors are the SDK's, and nothing that may have been billed is sent twice", async () => {
  const failing = (model) => generateText({ model: openai.chat(model), prompt: "Hi" }).then(() => undefined, (error) => error);
  const missing = await failing(`${name}+status=404`);
  assert.ok(APICallError.isInstance(missing) && missing.statusCode === 404, String(missing));
  const before = await stats();
  assert.equal((await failing(`${name}+reset`)).mayBeBilled, true);
  assert.equal((await stats()).requests - before.requests - 1, 1);
  const nobody = createOpenAI({ apiKey: "any", fetch: openaiFetch(new Client("127.0.0.1:1")) });
  await assert.rejects(generateText({ model: nobody(name), prompt: "Hi", maxRetries: 0 }), /Cannot connect to API/);
});

test("an AbortSignal ends the work upstream", async () => {
  const { aborts } = await stats();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  const { textStream } = streamText({ model: openai.chat(`${name}+tokens=100000+rate=20`), prompt: "Hi", abortSignal: controller.signal });
  for await (const _ of textStream);
  for (const end = Date.now() + 10_000; (await stats()).aborts === aborts; await sleep(20)) assert.ok(Date.now() < end);
});
