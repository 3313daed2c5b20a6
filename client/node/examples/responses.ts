// A response as text, one that is streamed while it is worked on in the background, and what was kept of it.
import { Client, InferwireError } from "@inferwire/client";
import { ResponsesService, ResponseStatus } from "@inferwire/client/v1";

const client = new Client();
try {
  console.log(await client.respond("Say hello in five languages."));

  // In the background: if the connection breaks, the stream goes on where it broke.
  const stream = client.streamResponse({
    params: { model: "gpt-4.1-mini", input: "Why is the sky blue?", background: true },
  });
  for await (const { text } of stream) process.stdout.write(text);

  // Any other RPC is called by its method.
  const { responseId } = stream;
  const { response } = await client.call(ResponsesService.method.getResponse, { responseId });
  console.log(`\n${ResponseStatus[response?.status ?? 0]} ${response?.usage?.totalTokens} tokens`);
  await client.call(ResponsesService.method.deleteResponse, { responseId });
} catch (error) {
  if (!(error instanceof InferwireError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  client.close();
}
