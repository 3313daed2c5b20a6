// An answer within two seconds, or none.
import OpenAI from "openai";

const client = new OpenAI({ timeout: 2000, maxRetries: 0 });
try {
  const completion = await client.chat.completions.create({
    model: "gpt-4.1-mini",
    messages: [{ role: "user", content: "Why is the sky blue?" }],
  });
  console.log(completion.choices[0]?.message.content);
} catch (error) {
  if (!(error instanceof OpenAI.APIConnectionTimeoutError)) throw error;
  console.error("too late");
}
