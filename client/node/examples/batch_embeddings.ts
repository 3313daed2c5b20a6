// A batch of embeddings at the batch price. Items are what the calls of their endpoint take, here text; and so are
// parameters, { body: { case: "embedding", value } } and lines of batch files.
import { Client } from "@inferwire/client";

const texts = Array.from({ length: 20 }, (_, n) => `Sentence number ${n}.`);
const client = new Client();
const { batch } = await client.createBatch(texts, { endpoint: "/v1/embeddings", requestId: "example-node-embeddings" });
for await (const { customId, error, vectors, cost } of client.batchResults(batch!.batchId)) { // stays until the batch has ended
  console.log(customId, error?.message ?? `${vectors[0]?.length} numbers`, cost);
}
client.close();
