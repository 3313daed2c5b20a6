// A hundred questions on one stream, at most 16 at a time; one failure ends no other.
import { Client } from "@inferwire/client";

function* questions() {
  for (let n = 0; n < 100; ++n) yield `What is the square of ${n}?`;
}

const client = new Client(process.env["INFERWIRE_SERVER"] ?? "localhost:50051");
const many = client.completeMany(questions(), {
  maxInFlight: 16,
  onProgress: ({ sent, inFlight }) => console.error(`${sent} sent, ${inFlight} running`),
});
for await (const { itemId, text, error } of many) console.log(itemId, error?.message ?? text);
client.close();
