// Files, sound and pictures on their way up and down, against a gateway that says what it was told to say.
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { status } from "@grpc/grpc-js";
import * as v1 from "@inferwire/client/v1";
import { all, failing, fakeGateway } from "./fake_gateway.mjs";

const { serve, connect } = fakeGateway();
const folder = await mkdtemp(join(tmpdir(), "inferwire-"));
const data = Buffer.alloc(600_000, "0123456789");
const path = join(folder, "näme.wav");
await writeFile(path, data);

/** What came of a form: its header, its files and whether it has an end. */
async function form(call) {
  const seen = { header: undefined, uploads: [], bytes: [Buffer.alloc(0)], largest: 0, ended: false };
  for await (const { message } of call) {
    if (message.case === "header") seen.header = message.value;
    if (message.case === "upload" && seen.uploads.push(message.value) > 1) seen.bytes.push(Buffer.alloc(0));
    if (message.case === "end") seen.ended = true;
    if (message.case !== "data") continue;
    seen.largest = Math.max(seen.largest, message.value.length);
    seen.bytes.push(Buffer.concat([seen.bytes.pop(), message.value]));
  }
  if (!seen.ended) throw Object.assign(new Error(), { code: status.DATA_LOSS, details: "cut" });
  return seen;
}

let last;
const files = new Map();
serve(v1.FilesService.method.uploadFile, async (call) => {
  last = await form(call);
  const file = { fileId: `file_${files.size}`, filename: last.header.filename, sizeBytes: BigInt(last.bytes[0].length), purpose: last.header.purpose };
  files.set(file.fileId, { file, bytes: last.bytes[0] });
  return { file };
});
const find = (fileId) => files.get(fileId) ?? (() => { throw Object.assign(new Error(), { code: status.NOT_FOUND, details: "no such file" }); })();
serve(v1.FilesService.method.getFile, ({ fileId }) => ({ file: find(fileId).file }));
serve(v1.FilesService.method.listFiles, ({ pageToken, purpose }) => {
  const known = [...files.values()].map(({ file }) => file).filter((file) => !purpose || file.purpose === purpose);
  const at = Number(pageToken || 0);
  return { files: known.slice(at, at + 1), nextPageToken: at + 1 < known.length ? String(at + 1) : "" };
});
serve(v1.FilesService.method.deleteFile, ({ fileId }) => {
  find(fileId);
  files.delete(fileId);
  return {};
});
let breaks = 0; // how many downloads break after one piece
let downloads = [];
serve(v1.FilesService.method.downloadFile, function* ({ fileId, offset }) {
  downloads.push(Number(offset));
  const { bytes, file } = find(fileId);
  yield { message: { case: "started", value: { sizeBytes: file.sizeBytes, offset, filename: file.filename } } };
  for (let at = Number(offset); at < bytes.length; at += 250_000) {
    yield { message: { case: "data", value: bytes.subarray(at, at + 250_000) } };
    if (breaks-- > 0) throw Object.assign(new Error(), { code: status.UNAVAILABLE, details: "broken" });
  }
  yield { message: { case: "completed", value: { sizeBytes: BigInt(bytes.length) } } };
});
serve(v1.AudioService.method.speak, function* ({ params }) {
  yield { event: { case: "started", value: { contentType: "audio/mpeg" } } };
  for (const word of params.input.split(" ")) yield { event: { case: "audio", value: Buffer.from(word) } };
  if (params.model !== "cut") yield { event: { case: "completed", value: { gateway: { cost: { totalPicousd: 5n * 10n ** 11n } } } } };
});
const heard = async (call) => {
  last = await form(call);
  return { transcription: { text: `${last.bytes[0].length} bytes` }, formatted: last.header.params.responseFormat === "srt" ? "1\n00:00" : "" };
};
serve(v1.AudioService.method.transcribe, heard);
serve(v1.AudioService.method.translateAudio, heard);
serve(v1.ImagesService.method.editImages, async (call) => {
  last = await form(call);
  return { result: { images: last.bytes.map((data) => ({ data })) } };
});
const client = await connect();

// A file from wherever it is.
const progress = [];
const sent = await client.uploadFile(path, { purpose: "batch", sha256: "00", expiresAfterMs: 1500, onProgress: (...step) => progress.push(step) });
assert.deepEqual([sent.fileId, sent.sizeBytes, last.ended, last.bytes[0].equals(data)], ["file_0", 600_000n, true, true]);
assert.ok(last.largest <= 256 * 1024);
const { filename, purpose, sizeBytes, sha256, expiresAfter } = last.header;
assert.deepEqual([filename, purpose, sizeBytes, sha256, v1.durationMs(expiresAfter)], ["näme.wav", "batch", 600_000n, "00", 1500]);
assert.deepEqual(progress.at(-1), [600_000, 600_000]);
const web = () => new Blob([data]).stream();
for (const [source, name, size] of [
  [pathToFileURL(path), "näme.wav", 600_000n], [data, "file", 600_000n], [new Blob([data]), "file", 600_000n],
  [new File([data], "own.bin"), "own.bin", 600_000n], [createReadStream(path), "näme.wav", undefined], [web(), "file", undefined],
  [(async function* () { yield data; })(), "file", undefined],
]) {
  await client.uploadFile(source);
  assert.deepEqual([last.header.filename, last.header.sizeBytes, last.bytes[0].equals(data)], [name, size, true]);
}
await client.uploadFile(web(), { filename: "given.txt" });
assert.equal(last.header.filename, "given.txt");
await client.uploadFile(Buffer.alloc(0));
assert.deepEqual([last.bytes[0].length, last.ended], [0, true]);

// What is no file reaches nobody; what breaks while it is read leaves nothing.
const before = files.size;
await assert.rejects(client.uploadFile(join(folder, "none")), { code: "ENOENT" });
for (const none of [undefined, null, 42, {}, [data]]) await failing(client.uploadFile(none), "INVALID_REQUEST");
await failing(client.uploadFile((async function* () { yield "text"; })()), "INVALID_REQUEST");
let returned = false;
const failingSource = (async function* () {
  try {
    yield data;
    throw new RangeError("disk");
  } finally {
    returned = true;
  }
})();
await assert.rejects(client.uploadFile(failingSource), RangeError);
const controller = new AbortController();
const endless = (async function* () {
  try {
    for (;;) {
      yield data;
      controller.abort();
    }
  } finally {
    returned = "cancelled";
  }
})();
await failing(client.uploadFile(endless, { signal: controller.signal }), status.CANCELLED);
assert.equal(returned, "cancelled");
assert.equal(files.size, before);

// Lists, looks, deletes.
assert.equal((await all(client.listFiles())).length, before);
assert.deepEqual((await all(client.listFiles({ purpose: "batch" }))).map(({ fileId }) => fileId), ["file_0"]);
assert.equal((await client.getFile("file_0")).filename, "näme.wav");
await client.deleteFile("file_1");
await failing(client.getFile("file_1"), status.NOT_FOUND);

// Down again; what breaks goes on where it was.
const download = client.downloadFile("file_0");
assert.ok((await download.bytes()).equals(data));
assert.deepEqual([download.size, download.filename], [600_000, "näme.wav"]);
breaks = 1;
downloads = [];
const steps = [];
assert.equal(await client.downloadFile("file_0", { onProgress: (...step) => steps.push(step) }).save(join(folder, "copy")), 600_000);
assert.ok((await readFile(join(folder, "copy"))).equals(data));
assert.deepEqual([downloads, steps.at(-1)], [[0, 250_000], [600_000, 600_000]]);
assert.equal((await client.downloadFile("file_0", { offset: 599_990 }).bytes()).toString(), "0123456789");
await failing(client.downloadFile("none").save(join(folder, "lost")), status.NOT_FOUND);
for await (const _ of client.downloadFile("file_0")) break;
assert.deepEqual((await readdir(folder)).sort(), ["copy", "näme.wav"]);

// Sound.
const speech = client.speak("one two", { voice: "v" });
assert.equal((await speech.bytes()).toString(), "onetwo");
assert.deepEqual([speech.contentType, speech.cost], ["audio/mpeg", "0.5"]);
assert.equal(await client.speak({ params: { model: "m", input: "a b c" } }).save(join(folder, "abc.mp3")), 3);
await failing(client.speak("one two", { model: "cut" }).save(join(folder, "cut.mp3")), "STREAM_TRUNCATED");
await failing(client.speak("x", { speed: "fast" }).bytes(), "INVALID_REQUEST");
assert.deepEqual((await readdir(folder)).sort(), ["abc.mp3", "copy", "näme.wav"]);
assert.equal(await client.transcribe(path), "600000 bytes");
assert.deepEqual([last.header.file.filename, last.header.params.model, last.ended], ["näme.wav", "gpt-4o-transcribe", true]);
const typed = await client.transcribe(data, { filename: "a.mp3", params: { model: "m", language: "de", responseFormat: "srt" }, gateway: { label: "l" } });
assert.deepEqual([typed.formatted, last.header.params.language, last.header.options.label, last.header.file.filename], ["1\n00:00", "de", "l", "a.mp3"]);
assert.equal(await client.translate(path, { model: "t" }), "600000 bytes");
assert.equal(last.header.params.model, "t");
await failing(client.transcribe(data, { params: { modell: "m" } }), "INVALID_REQUEST");

// Pictures.
const images = await client.editImage(Buffer.from("PNG"), "a blue wall");
assert.deepEqual([Buffer.from(images[0].data).toString(), last.header.params.prompt, last.header.uploads, last.uploads[0].mimeType],
  ["PNG", "a blue wall", undefined, "image/png"]);
const pair = [new File([data], "a.jpg"), Buffer.from("two")];
const edited = await client.editImage(pair, { model: "m", prompt: "p", n: 2 }, { mask: Buffer.from("mask") });
assert.deepEqual(edited.result.images.map(({ data }) => data.length), [600_000, 3, 4]);
assert.deepEqual([last.header.uploads, last.header.params.n], [2, 2]);
assert.deepEqual(last.uploads.map(({ filename, mimeType, mask }) => [filename, mimeType, mask]),
  [["a.jpg", "image/jpeg", false], ["image-2.png", "image/png", false], ["mask.png", "image/png", true]]);
await failing(client.editImage([], "p"), "INVALID_REQUEST");
console.log("ok");
process.exit(0);
