// What is in a picture from a file.
import { readFile } from "node:fs/promises";
import OpenAI from "openai";

const client = new OpenAI();
const data = await readFile(new URL("picture.png", import.meta.url), "base64");
const completion = await client.chat.completions.create({
  model: "gpt-4.1-mini",
  messages: [{
    role: "user",
    content: [
      { type: "text", text: "What is in this picture?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } },
    ],
  }],
});
console.log(completion.choices[0]?.message.content);
