// Tokens as they arrive; leaving the loop cancels the call, here and upstream.
import { Client, InferwireError } from "@inferwire/client";

const server = process.env["INFERWIRE_SERVER"] ?? "localhost:50051";
// [rosetta]
const client = new Client(server);
try {
  for await (const event of client.stream("Why is the sky blue?", { timeoutMs: 60_000 })) {
    process.stdout.write(event.text);
  }
} catch (error) {
  if (!(error instanceof InferwireError)) throw error;
  console.error(`${error.reason}, retry is ${error.retryable ? "safe" : "not safe"}: ${error.message}`);
  process.exitCode = 1;
}
// [rosetta]
client.close();
