// The gateway asks again, as often as it is told and where nothing can be billed twice. With the key a
// repetition of this program, too, gets the first one's answer and costs nothing.
import { Client, InferwireError } from "@inferwire/client";

const client = new Client();
try {
  console.log(await client.complete("Why is the sky blue?", { maxRetries: 3, idempotencyKey: "example-retry" }));
} catch (error) {
  if (!(error instanceof InferwireError)) throw error;
  console.error(`${error.reason}: retry ${error.retryable ? `in ${error.retryAfterMs ?? 0} ms` : "is not safe"}`);
}
client.close();
