// An answer of a type: the model is held to the schema, and what it says is checked by it.
import { AnswerError, Client } from "@inferwire/client";
import { z } from "zod";

const Person = z.object({ name: z.string(), born: z.number().int(), fields: z.array(z.string()) });
const client = new Client();
try {
  const { parsed, cost } = await client.parse("Who was Ada Lovelace?", Person);
  console.log(parsed.name, parsed.born, parsed.fields.join(", "), `for ${cost ?? "?"} USD`);
} catch (error) {
  if (!(error instanceof AnswerError)) throw error; // refused, cut off, or something else: error.text has it
  console.error(error.reason, error.text);
}
client.close();
