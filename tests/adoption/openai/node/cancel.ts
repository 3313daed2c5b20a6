// A stream that is ended when a first word has come.
import OpenAI from "openai";

const client = new OpenAI();
const controller = new AbortController();
const stream = await client.chat.completions.create({
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "Tell me a long story." }],
  stream: true,
}, { signal: controller.signal });
for await (const chunk of stream) {
  const text = chunk.choices[0]?.delta.content ?? "";
  process.stdout.write(text);
  if (text) controller.abort();
}
console.log(" ... enough");
