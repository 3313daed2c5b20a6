// Fifty questions on one stream, at most 16 at a time; one failure ends no other.
import { Client } from "@inferwire/client";

const questions = Array.from({ length: 50 }, (_, n) => `What is the square of ${n}?`);
const client = new Client();
const many = client.completeMany(questions, { maxInFlight: 16 });
for await (const { itemId, text, error } of many) console.log(itemId, error?.message ?? text);
console.log(`${many.summary?.succeeded} of ${questions.length} answered`);
client.close();
