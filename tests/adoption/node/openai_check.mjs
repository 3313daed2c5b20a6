// OpenAI's own SDK, unchanged, through a gateway and its simulator: what it does over HTTP it does here.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { Client } from "@inferwire/client";
import { openaiFetch, openaiOptions } from "@inferwire/client/openai";
import OpenAI, { toFile } from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const gateway = new Client(); // INFERWIRE_SERVER
const openai = new OpenAI(openaiOptions(gateway));
const model = "gpt-4.1-mini";
const messages = [{ role: "user", content: "Hi" }];
const simulator = process.env.SIMULATOR.replace(/\/v1$/, "");
const stats = async () => (await fetch(`${simulator}/simulator/stats`)).json();

async function all(events) {
  const list = [];
  for await (const event of events) list.push(event);
  return list;
}

/** As soon as it holds. */
async function eventually(condition) {
  for (const end = Date.now() + 10_000; !(await condition()); await sleep(20)) assert.ok(Date.now() < end, String(condition));
}

test("a chat is answered, with its request id, model and cost", async () => {
  const { data, response, request_id: id } = await openai.chat.completions.create({ model, messages }).withResponse();
  assert.ok(data.choices[0].message.content && data.usage.total_tokens > 0);
  assert.match(id, /^req_/); // upstream's own
  assert.match(response.headers.get("x-inferwire-request-id"), /^[0-9a-f]{32}$/);
  assert.match(response.headers.get("x-inferwire-cost-picousd"), /^[1-9]\d+$/);
  assert.equal(data._request_id, id);
});

test("a chat streams as it is made", async () => {
  const stream = await openai.chat.completions.create({
    model: `${model}+tokens=20+rate=50`, messages, stream: true, stream_options: { include_usage: true } });
  const times = [];
  let usage;
  for await (const chunk of stream) {
    times.push(performance.now());
    usage ??= chunk.usage;
  }
  assert.ok(times.length >= 20 && usage.total_tokens > 0);
  assert.ok(times.at(-1) - times[0] > 200, "they came all at once");
});

test("functions are called, and their results go back", async () => {
  const getWeather = zodFunction({ name: "get_weather", parameters: z.object({ city: z.string() }), function: () => "sunny" });
  for (const stream of [false, true]) {
    const runner = openai.chat.completions.runTools({
      model, stream, messages: [{ role: "user", content: "Call get_weather for Paris." }], tools: [getWeather] });
    assert.ok(await runner.finalContent());
    assert.deepEqual(runner.messages.map(({ role }) => role), ["user", "assistant", "tool", "assistant"]);
  }
});

test("an answer is parsed", async () => {
  const Person = z.object({ name: z.string(), born: z.number().int() });
  const format = zodResponseFormat(Person, "person");
  const { choices: [{ message }] } = await openai.chat.completions.parse({ model, messages, response_format: format });
  Person.parse(message.parsed);
  const refused = await openai.chat.completions.parse({ model: `${model}+refusal`, messages, response_format: format });
  assert.ok(refused.choices[0].message.refusal);
});

test("embeddings, moderations, models, pictures and sound", async () => {
  const embeddings = await openai.embeddings.create({ model: "text-embedding-3-small", input: ["a", "b"] });
  assert.deepEqual(embeddings.data.map(({ embedding }) => embedding.length), [1536, 1536]);
  assert.equal((await openai.moderations.create({ input: "violence" })).results[0].flagged, true);
  assert.ok((await all(openai.models.list())).some(({ id }) => id === model));
  const image = await openai.images.generate({ model: "gpt-image-1", prompt: "a cat" });
  const file = await toFile(Buffer.from(image.data[0].b64_json, "base64"), "cat.png", { type: "image/png" });
  assert.ok((await openai.images.edit({ model: "gpt-image-1", prompt: "a hat", image: file })).data[0].b64_json);
  const drawn = await all(await openai.images.generate({ model: "gpt-image-1", prompt: "a cat", stream: true, partial_images: 1 }));
  assert.equal(drawn.at(-1).type, "image_generation.completed");
  const speech = await openai.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "alloy", input: "Hello" });
  const sound = Buffer.from(await speech.arrayBuffer());
  assert.ok(sound.length > 1000);
  const recording = await toFile(sound, "hello.mp3");
  assert.match((await openai.audio.transcriptions.create({ model: "whisper-1", file: recording })).text, new RegExp(`hello.mp3.*${sound.length}`));
  const heard = await all(await openai.audio.transcriptions.create({ model: "gpt-4o-transcribe", file: recording, stream: true }));
  assert.equal(heard.at(-1).type, "transcript.text.done");
});

test("files go up and come down", async () => {
  const line = '{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{}}\n';
  const file = await openai.files.create({ file: await toFile(Buffer.from(line), "a.jsonl"), purpose: "batch" });
  assert.equal(await (await openai.files.content(file.id)).text(), line);
  assert.ok((await all(openai.files.list({ purpose: "batch" }))).some(({ id }) => id === file.id));
  assert.equal((await openai.files.delete(file.id)).deleted, true);
  await assert.rejects(openai.files.retrieve(file.id), OpenAI.NotFoundError);
});

test("a batch runs", async () => {
  const lines = ["1", "2"].map((id) => JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body: { model, messages } }));
  const file = await openai.files.create({ file: await toFile(Buffer.from(lines.join("\n")), "b.jsonl"), purpose: "batch" });
  const { id } = await openai.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" });
  await eventually(async () => (await openai.batches.retrieve(id)).status === "completed");
  const { output_file_id: output } = await openai.batches.retrieve(id);
  const results = (await (await openai.files.content(output)).text()).trim().split("\n").map(JSON.parse);
  assert.deepEqual(results.map(({ custom_id }) => custom_id).sort(), ["1", "2"]);
});

test("a response is made, streamed, kept and deleted", async () => {
  const stream = openai.responses.stream({ model, input: "Hi" });
  const deltas = (await all(stream)).filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
  const { id, output_text: text } = await stream.finalResponse();
  assert.equal(deltas.join(""), text);
  assert.equal((await openai.responses.retrieve(id)).output_text, text);
  const again = await all(await openai.responses.retrieve(id, { stream: true }));
  assert.equal(again.at(-1).type, "response.completed");
  await openai.responses.delete(id);
  await assert.rejects(openai.responses.retrieve(id), OpenAI.NotFoundError);
});

test("upstream's errors are the SDK's, and are repeated as it repeats them", async () => {
  const asked = async (suffix, options) => {
    const before = await stats();
    const error = await openai.chat.completions.create({ model: `${model}+${suffix}`, messages }, options).then(() => undefined, (error) => error);
    return { error, requests: (await stats()).requests - before.requests - 1 };
  };
  const limited = await asked("status=429+retry_after=0.2", { maxRetries: 1 });
  assert.ok(limited.error instanceof OpenAI.RateLimitError && limited.error.requestID, String(limited.error));
  assert.equal(limited.error.code, "rate_limit_exceeded");
  assert.equal(limited.requests, 2);
  assert.equal((await asked("status=429+retry_after=1+should_retry=false", { maxRetries: 1 })).error.status, 429);
  assert.ok((await asked("status=404")).error instanceof OpenAI.NotFoundError);
  assert.ok((await asked("status=500", { maxRetries: 0 })).error instanceof OpenAI.InternalServerError);
  assert.ok((await asked("status=401")).error instanceof OpenAI.AuthenticationError);
});

test("the gateway's own refusals are the SDK's errors, and are not repeated", async () => {
  const refused = await openai.fineTuning.jobs.list().then(() => undefined, (error) => error);
  assert.ok(refused instanceof OpenAI.PermissionDeniedError);
  assert.deepEqual([refused.code, refused.headers.get("x-should-retry")], ["PATH_NOT_ALLOWED", "false"]);
  assert.match(refused.requestID, /^[0-9a-f]{32}$/);
  const before = await stats();
  const lost = await openai.chat.completions.create({ model: `${model}+reset`, messages }).then(() => undefined, (error) => error);
  assert.ok(lost instanceof OpenAI.InternalServerError, String(lost));
  assert.equal((await stats()).requests - before.requests - 1, 1, "it was billed twice, perhaps");
});

test("a gateway that is not there is a connection error", async () => {
  const nobody = new OpenAI({ apiKey: "any", maxRetries: 0, fetch: openaiFetch(new Client("127.0.0.1:1")) });
  await assert.rejects(nobody.models.list(), OpenAI.APIConnectionError);
});

test("a stream that is cut is never a success", async () => {
  for (const cut of ["error_in_stream=3", "reset_after=2000", "truncate", "truncate=finish"]) {
    const stream = await openai.chat.completions.create({ model: `${model}+tokens=200+${cut}`, messages, stream: true }, { maxRetries: 0 });
    await assert.rejects(all(stream), (error) => error.name !== "AbortError", cut);
  }
  const helper = openai.chat.completions.stream({ model: `${model}+truncate`, messages });
  await assert.rejects(helper.finalContent());
  const response = await openai.responses.create({ model: `${model}+truncate`, input: "Hi", stream: true });
  await assert.rejects(all(response));
  assert.ok((await all(await openai.chat.completions.create({ model: `${model}+no_done`, messages, stream: true }))).length > 1);
});

test("whoever leaves ends the work upstream", async () => {
  const ends = async (leave) => {
    const { aborts } = await stats();
    await leave();
    await eventually(async () => (await stats()).aborts > aborts);
  };
  const slow = { model: `${model}+tokens=100000+rate=20`, messages };
  await ends(async () => {
    for await (const _ of await openai.chat.completions.create({ ...slow, stream: true })) break;
  });
  await ends(async () => {
    const stream = await openai.chat.completions.create({ ...slow, stream: true });
    setTimeout(() => stream.controller.abort(), 100);
    await all(stream);
  });
  await ends(async () => {
    const controller = new AbortController();
    const call = openai.chat.completions.create(slow, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(call, OpenAI.APIUserAbortError);
  });
  await ends(() => assert.rejects(openai.chat.completions.create(slow, { timeout: 300, maxRetries: 0 }), OpenAI.APIConnectionTimeoutError));
});
