// An AbortSignal ends a call from elsewhere, here and upstream: here when a first word has come.
import { CANCELLED, Client, InferwireError } from "@inferwire/client";

const client = new Client();
const controller = new AbortController();
try {
  for await (const event of client.stream("Tell me a long story.", { signal: controller.signal })) {
    process.stdout.write(event.text);
    if (event.text) controller.abort();
  }
} catch (error) {
  if (!(error instanceof InferwireError) || error.reason !== CANCELLED) throw error;
  console.log(" ... enough");
}
client.close();
