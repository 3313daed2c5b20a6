// One question, one answer: as text, and as the typed response with its usage.
import { Client, InferwireError, Role, textOf } from "@inferwire/client";

const client = new Client(process.env["INFERWIRE_SERVER"] ?? "localhost:50051");
try {
  console.log(await client.complete("Say hello in five languages."));

  const { completion, gateway } = await client.complete({
    params: {
      model: "gpt-4.1-mini",
      maxCompletionTokens: 50,
      messages: [{ role: Role.USER, content: "Why is the sky blue?" }],
    },
  });
  console.log(textOf(completion));
  console.log(`${completion?.usage?.totalTokens} tokens, request ${gateway?.requestId}`);
} catch (error) {
  if (!(error instanceof InferwireError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  client.close();
}
