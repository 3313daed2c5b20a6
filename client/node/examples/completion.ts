// One question, one answer, and what it cost. INFERWIRE_SERVER says where the gateway is.
import { Client } from "@inferwire/client";

const client = new Client();
const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
const { text, usage, cost } = await client.complete(messages, { system: "Answer in one sentence.", temperature: 0.2 });
console.log(text);
console.log(`${usage?.totalTokens} tokens, ${cost ?? "?"} USD`);
client.close();
