// A picture, saved as a file, and a text that goes on by a model that knows no chats.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@inferwire/client";

const client = new Client();
const [image] = await client.generateImages("A lighthouse at dawn.");
const path = join(await mkdtemp(join(tmpdir(), "inferwire-")), "lighthouse.png");
await writeFile(path, image?.data ?? "");
console.log(path, image?.data?.length, "bytes");
for await (const { text } of client.streamCompleteText("Once upon a time")) process.stdout.write(text);
client.close();
