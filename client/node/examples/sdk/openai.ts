// A program that uses OpenAI's SDK: its client is made by another line, the rest stays as it is.
import { openaiOptions } from "@inferwire/client/openai";
import OpenAI from "openai";

const openai = new OpenAI(openaiOptions());
const stream = await openai.chat.completions.create({
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
