// Tokens as they arrive.
import OpenAI from "openai";

const client = new OpenAI({ timeout: 60_000 });
try {
  const stream = await client.chat.completions.create({
    model: "gpt-4.1-mini",
    messages: [{ role: "user", content: "Why is the sky blue?" }],
    stream: true,
  });
  for await (const chunk of stream) {
    process.stdout.write(chunk.choices[0]?.delta.content ?? "");
  }
} catch (error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
