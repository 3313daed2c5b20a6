// Files go up and down while they are read and written; sound and recordings do, too.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@inferwire/client";

const client = new Client();
const folder = await mkdtemp(join(tmpdir(), "inferwire-"));
await writeFile(join(folder, "items.jsonl"), '{"custom_id": "1"}\n');
const { fileId } = await client.uploadFile(join(folder, "items.jsonl"), {
  purpose: "batch",
  onProgress: (sent, total) => console.log(`${sent} of ${total} bytes`),
});
for await (const { filename, sizeBytes } of client.listFiles()) console.log(filename, sizeBytes);
console.log(await client.downloadFile(fileId).save(join(folder, "copy.jsonl")), "bytes are back");
await client.deleteFile(fileId);

await client.speak("Good morning").save(join(folder, "morning.mp3"));
console.log(await client.transcribe(join(folder, "morning.mp3")));
client.close();
