// A batch: created, watched until it has ended, and its results. The requestId makes a repetition
// of this program find the same batch again.
import { Client } from "@inferwire/client";
import { Batch_State } from "@inferwire/client/v1";

const questions = Array.from({ length: 20 }, (_, n) => `What is the square of ${n}?`);
const client = new Client();
const { batch } = await client.createBatch(questions, { requestId: "example-node" });
const batchId = batch!.batchId;
for await (const { state, counts } of client.watchBatch(batchId)) {
  console.log(`${Batch_State[state]} ${counts?.succeeded} of ${counts?.total}`);
}
for await (const { customId, text, error } of client.batchResults(batchId)) console.log(customId, error?.message ?? text);
client.close();
