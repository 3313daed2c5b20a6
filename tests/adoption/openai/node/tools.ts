// The model asks for a function, is told what it gave, and answers: two rounds.
import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";

const getWeather = zodFunction({
  name: "get_weather",
  description: "The weather in a city, now.",
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => `18 degrees and sunny in ${city}`,
});
const client = new OpenAI();
const runner = client.chat.completions.runTools({
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "Call get_weather: how is Paris today?" }],
  tools: [getWeather],
}, { maxChatCompletions: 5 });
console.log(await runner.finalContent());
const usage = await runner.totalUsage();
console.log(`${usage.total_tokens} tokens`);
