// A batch: created, watched until it has ended, and its results.
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { toFile } from "openai";

const questions = Array.from({ length: 20 }, (_, n) => `What is the square of ${n}?`);
const client = new OpenAI();
const lines = questions.map((content, n) => JSON.stringify({
  custom_id: String(n),
  method: "POST",
  url: "/v1/chat/completions",
  body: { model: "gpt-4.1-mini", messages: [{ role: "user", content }] },
}));
const file = await client.files.create({ file: await toFile(Buffer.from(lines.join("\n")), "questions.jsonl"), purpose: "batch" });
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: "/v1/chat/completions",
  completion_window: "24h",
});
while (!["completed", "failed", "expired", "cancelled"].includes(batch.status)) {
  await sleep(1000);
  batch = await client.batches.retrieve(batch.id);
  console.log(batch.status, batch.request_counts?.completed, "of", batch.request_counts?.total);
}
for (const id of [batch.output_file_id, batch.error_file_id]) {
  if (!id) continue;
  const text = await (await client.files.content(id)).text();
  for (const line of text.split("\n").filter(Boolean)) {
    const { custom_id, response, error } = JSON.parse(line);
    console.log(custom_id, error?.message ?? response.body.choices[0].message.content);
  }
}
