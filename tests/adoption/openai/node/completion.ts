// One question, one answer, and its tokens.
import OpenAI from "openai";

const client = new OpenAI();
const completion = await client.chat.completions.create({
  model: "gpt-4.1-mini",
  messages: [
    { role: "system", content: "Answer in one sentence." },
    { role: "user", content: "Why is the sky blue?" },
  ],
  temperature: 0.2,
});
console.log(completion.choices[0]?.message.content);
console.log(`${completion.usage?.total_tokens} tokens`);
