// The SDK asks again.
import OpenAI from "openai";

const client = new OpenAI({ maxRetries: 3 });
try {
  const completion = await client.chat.completions.create({
    model: "gpt-4.1-mini",
    messages: [{ role: "user", content: "Why is the sky blue?" }],
  });
  console.log(completion.choices[0]?.message.content);
} catch (error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  console.error(`${error.status} ${error.code}: ${error.message}`);
}
