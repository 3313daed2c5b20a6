// The model asks for a function, is told what it gave, and answers: two rounds.
import { Client, tool } from "@inferwire/client";
import { z } from "zod";

const getWeather = tool({
  name: "get_weather",
  description: "The weather in a city, now.",
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => `18 degrees and sunny in ${city}`,
});
const client = new Client();
const run = await client.runTools("Call get_weather: how is Paris today?", [getWeather], { maxRounds: 5 });
console.log(run.text);
console.log(`${run.rounds} rounds, ${run.usage.totalTokens} tokens, ${run.cost ?? "?"} USD`);
client.close();
