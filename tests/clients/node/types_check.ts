// What TypeScript knows of the calls: compiled by the strictest rules, never run.
import { type Answer, type ChatStream, Client, type Messages, type PlainMessage, tool, type ToolRun } from "@inferwire/client";
import { type Fetch, openaiFetch, openaiOptions } from "@inferwire/client/openai";
import type { CompleteResponse, TranscribeResponse } from "@inferwire/client/v1";
import { z } from "zod";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<_True extends true>(): void {}

export async function calls(client: Client): Promise<void> {
  const text = await client.complete("Hi", { system: "Short.", temperature: 0, maxCompletionTokens: 5, seed: 7, stop: ["x"] });
  is<Same<typeof text, string>>();
  const history: PlainMessage[] = [{ role: "user", content: ["Look", { type: "image", data: new Uint8Array() }] }];
  const answer = await client.complete(history);
  is<Same<typeof answer, Answer>>();
  const { completion, cost }: CompleteResponse & { cost: string | undefined } = answer;
  const next: Messages = [...history, ...(answer.message ? [answer.message] : []), { role: "tool", tool_call_id: "a", content: "b" }];
  const stream: ChatStream = client.stream(next, { model: completion?.model, timeoutMs: undefined });
  for await (const { text, completed } of stream) is<Same<typeof text | typeof completed extends never ? 1 : 2, 2>>();
  await stream.return();
  console.log(cost?.length, stream.usage?.totalTokens);

  const Person = z.object({ name: z.string(), born: z.number().int().nullable() });
  const { parsed } = await client.parse("Who?", Person);
  is<Same<typeof parsed, { name: string; born: number | null }>>();
  const { parsed: unknown } = await client.parse("Who?", { type: "object", properties: {} } as const);
  is<Same<typeof unknown, unknown>>();

  const add = tool({
    name: "add", parameters: z.object({ a: z.number(), b: z.number().default(1) }),
    run: ({ a, b }, { signal }) => (signal.aborted ? 0 : a + b),
  });
  const time = tool({ name: "time", run: () => new Date() });
  const run: ToolRun = await client.runTools(history, [add, time], { maxRounds: 3, toolChoice: { name: "add" } });
  console.log(run.cost);

  is<Same<Awaited<ReturnType<typeof heard>>, string>>();
  is<Same<Awaited<ReturnType<typeof typed>>, TranscribeResponse>>();
  function heard() { return client.transcribe("a.wav", { model: "whisper-1" }); }
  function typed() { return client.transcribe(new Blob([]), { params: { model: "whisper-1" } }); }
  const native: typeof globalThis.fetch = openaiFetch(client, { upstream: "first" });
  const made: { apiKey: string; baseURL: string; fetch: Fetch } = openaiOptions();
  console.log(native, made);

  await client.createBatch(["Hi", { input: ["Hi"], model: "m" }, ["a", "b"]], { endpoint: "/v1/embeddings" });
  await client.createBatch([{ body: { case: "embedding", value: { model: "m", input: ["Hi"] } } }, history]);
  await client.createBatch([{ custom_id: "a", url: "/v1/embeddings", body: { input: "Hi" } }]);
  for await (const { text, vectors, moderations, images, cost } of client.batchResults("b")) {
    is<Same<typeof vectors, number[][]>>();
    console.log(text.length, moderations[0]?.flagged, images[0]?.data, cost?.length);
  }
  // @ts-expect-error: no item
  await client.createBatch([7]);
  // @ts-expect-error: a body of no endpoint
  await client.createBatch([{ body: { case: "none", value: {} } }]);

  // @ts-expect-error: a role that is none
  await client.complete([{ role: "users", content: "Hi" }]);
  // @ts-expect-error: a parameter that is none
  await client.complete("Hi", { temprature: 1 });
  // @ts-expect-error: no bytes
  await client.complete([{ role: "user", content: [{ type: "image", data: "AAAA" }] }]);
  // @ts-expect-error: arguments that are none
  tool({ name: "add", parameters: z.object({ a: z.number() }), run: ({ b }) => b });
}
