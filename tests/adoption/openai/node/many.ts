// Fifty questions, at most 16 at a time; one failure ends no other.
import OpenAI from "openai";

const questions = Array.from({ length: 50 }, (_, n) => `What is the square of ${n}?`);
const client = new OpenAI();
let next = 0;
let succeeded = 0;
async function work(): Promise<void> {
  while (next < questions.length) {
    const n = next++;
    try {
      const completion = await client.chat.completions.create({
        model: "gpt-4.1-mini",
        messages: [{ role: "user", content: questions[n]! }],
      });
      console.log(n, completion.choices[0]?.message.content);
      succeeded++;
    } catch (error) {
      console.log(n, error instanceof Error ? error.message : error);
    }
  }
}
await Promise.all(Array.from({ length: 16 }, work));
console.log(`${succeeded} of ${questions.length} answered`);
