// What the models cost and can do, and what a request would cost; no provider is called.
import { ask, Client } from "@inferwire/client";

const client = new Client();
for await (const { modelId, prices } of client.listModels({ filter: "features:structured_outputs", orderBy: "price.input" })) {
  const price = prices.find(({ serviceTier, kind }) => serviceTier === "standard" && kind === "input");
  console.log(modelId, Number(price?.microUsdPerMillionTokens ?? 0n) / 1e6, "USD per million input tokens");
}
const { inputTokens } = await client.estimate({ params: ask("Why is the sky blue?") });
console.log(`${inputTokens} input tokens`);
client.close();
