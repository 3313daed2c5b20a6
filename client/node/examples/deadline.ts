// An answer within two seconds, or none: the deadline holds upstream, too.
import { Client, DEADLINE, InferwireError } from "@inferwire/client";

const client = new Client();
try {
  console.log(await client.complete("Why is the sky blue?", { timeoutMs: 2000 }));
} catch (error) {
  if (!(error instanceof InferwireError) || error.reason !== DEADLINE) throw error;
  console.error("too late", error.mayBeBilled ? "(it may be billed)" : "");
}
client.close();
