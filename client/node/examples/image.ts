// What is in a picture: its file goes as bytes, a third less than as base64.
import { readFile } from "node:fs/promises";
import { Client } from "@inferwire/client";

const client = new Client();
const data = await readFile(new URL("picture.png", import.meta.url));
const content = ["What is in this picture?", { type: "image", data }] as const;
const { text } = await client.complete([{ role: "user", content }]);
console.log(text);
client.close();
