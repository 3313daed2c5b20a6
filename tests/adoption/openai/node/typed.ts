// An answer of a type.
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const Person = z.object({ name: z.string(), born: z.number().int(), fields: z.array(z.string()) });
const client = new OpenAI();
const completion = await client.chat.completions.parse({
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "Who was Ada Lovelace?" }],
  response_format: zodResponseFormat(Person, "person"),
});
const message = completion.choices[0]?.message;
if (message?.parsed) {
  console.log(message.parsed.name, message.parsed.born, message.parsed.fields.join(", "));
} else {
  console.error("refused", message?.refusal);
}
