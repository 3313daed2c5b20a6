// OpenAI's own Node client against the simulator. Usage: openai_node_test.mjs CLIENT_FOLDER CERTIFICATES BASE_URL
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { createServer } from "node:tls";
import { pathToFileURL } from "node:url";

const [folder, certificates, baseURL] = process.argv.slice(2);
const { resolve } = createRequire(join(folder, "package.json"));
const { default: OpenAI, toFile } = await import(pathToFileURL(resolve("openai")));
const { OpenAIRealtimeWS } = await import(pathToFileURL(resolve("openai/realtime/ws")));
const client = new OpenAI({ apiKey: "any", baseURL, maxRetries: 0 });
const model = "gpt-4.1-mini";
const wav = await toFile(Buffer.concat([Buffer.from("RIFF"), Buffer.alloc(1000)]), "a.wav");

async function all(events) {
  const list = [];
  for await (const event of events) list.push(event);
  return list;
}

test("a response's events are its text", async () => {
  const stream = client.responses.stream({ model, input: "Hi" });
  const events = await all(stream);
  const deltas = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta);
  assert.equal(deltas.join(""), (await stream.finalResponse()).output_text);
});

test("a response in the background is read, cancelled and deleted", async () => {
  const made = await client.responses.create({ model: `${model}+response_time=1h`, input: "Hi", background: true });
  assert.equal((await client.responses.retrieve(made.id)).status, "queued");
  assert.equal((await client.responses.cancel(made.id)).status, "cancelled");
  await client.responses.delete(made.id);
  await assert.rejects(client.responses.retrieve(made.id), OpenAI.NotFoundError);
});

test("a conversation keeps its items", async () => {
  const item = { type: "message", role: "user", content: "I am Ada." };
  const { id } = await client.conversations.create({ items: [item] });
  await client.responses.create({ model, input: "Who am I?", conversation: id });
  assert.equal((await all(client.conversations.items.list(id))).length, 3);
});

test("a chat streams and is stored", async () => {
  const messages = [{ role: "user", content: "Hi" }];
  const chunks = await all(await client.chat.completions.create({ model, messages, stream: true }));
  assert.ok(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""));
  const { id } = await client.chat.completions.create({ model, messages, store: true });
  assert.equal((await client.chat.completions.retrieve(id)).id, id);
});

test("embeddings are unit vectors in either form", async () => {
  for (const encoding_format of [undefined, "float"]) {
    const { data } = await client.embeddings.create({ model: "text-embedding-3-small", input: "a", encoding_format });
    const length = data[0].embedding.reduce((sum, value) => sum + value * value, 0);
    assert.ok(Math.abs(length - 1) < 1e-3, `${length}`);
  }
});

test("an image comes in pieces and is edited", async () => {
  const wanted = { model: "gpt-image-1", prompt: "a cat" };
  const events = await all(await client.images.generate({ ...wanted, stream: true, partial_images: 1 }));
  assert.deepEqual(events.map((event) => event.type), ["image_generation.partial_image", "image_generation.completed"]);
  const image = await toFile(Buffer.from(events[1].b64_json, "base64"), "a.png", { type: "image/png" });
  assert.ok((await client.images.edit({ ...wanted, image: [image, image] })).data[0].b64_json);
});

test("speech is spoken and heard", async () => {
  const speech = await client.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "alloy", input: "Hello" });
  assert.ok((await speech.arrayBuffer()).byteLength > 1000);
  assert.match((await client.audio.transcriptions.create({ model: "whisper-1", file: wav })).text, /a\.wav/);
  const heard = await all(await client.audio.transcriptions.create({ model: "gpt-4o-transcribe", file: wav, stream: true }));
  assert.equal(heard.at(-1).type, "transcript.text.done");
});

test("a model is fine-tuned", async () => {
  const line = '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n';
  const file = await client.files.create({ file: await toFile(Buffer.from(line.repeat(10)), "a.jsonl"), purpose: "fine-tune" });
  const job = await client.fineTuning.jobs.create({ model: "gpt-4.1-mini-2025-04-14", training_file: file.id });
  assert.ok((await client.fineTuning.jobs.listEvents(job.id)).data.length > 0);
  assert.equal((await client.fineTuning.jobs.cancel(job.id)).status, "cancelled");
});

// This client opens sessions over TLS alone.
async function behindTls() {
  const read = (name) => readFileSync(join(certificates, name));
  const server = createServer({ key: read("server.key"), cert: read("server.pem") }, (socket) => {
    const upstream = connect(new URL(baseURL).port, "127.0.0.1");
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { server, client: new OpenAI({ apiKey: "any", baseURL: `https://localhost:${server.address().port}/v1` }) };
}

test("a session takes a turn", async () => {
  const { server, client } = await behindTls();
  const options = { ca: readFileSync(join(certificates, "ca.pem")) };
  const session = new OpenAIRealtimeWS({ model: "gpt-realtime", options }, client);
  const texts = await new Promise((done, failed) => {
    const deltas = [];
    session.on("error", failed);
    session.on("session.created", () => {
      session.send({ type: "session.update", session: { type: "realtime", output_modalities: ["text"] } });
      const content = [{ type: "input_text", text: "Hi" }];
      session.send({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
      session.send({ type: "response.create" });
    });
    session.on("response.output_text.delta", (event) => deltas.push(event.delta));
    session.on("response.done", (event) => done([deltas.join(""), event.response.output[0].content[0].text]));
  });
  session.close();
  server.close();
  assert.equal(texts[0], texts[1]);
});
