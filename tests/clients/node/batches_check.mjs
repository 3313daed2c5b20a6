// Batches of every endpoint, from parameters, messages that say their type, lines of batch files and text; what
// comes back is read as the endpoint's own call gives it.
import assert from "node:assert/strict";
import { Client, InferwireError } from "@inferwire/client";
import * as v1 from "@inferwire/client/v1";

const client = new Client();
const EMBEDDINGS = "/v1/embeddings";

async function resultsOf(items, header = {}) {
  const { batch } = await client.createBatch(items, header);
  const found = {};
  for await (const result of client.batchResults(batch.batchId, { timeoutMs: 50_000 })) {
    assert.equal(result.error, undefined, result.error?.message);
    found[result.customId] = result;
  }
  return found;
}

const only = async (...given) => (await resultsOf(...given))["0"];
const isPng = ({ data }) => assert.equal(Buffer.from(data.subarray(1, 4)).toString(), "PNG");

const tests = {
  "messages that say their type say their endpoint": async () => {
    const response = await only([v1.create(v1.ResponseParamsSchema, { model: "gpt-4.1-mini+echo", input: "alpha" })]);
    assert.equal(response.text, "alpha");
    assert.equal(response.response.model.startsWith("gpt-4.1-mini"), true);
    assert.ok(Number(response.cost) > 0);
    assert.deepEqual([response.completion, response.vectors, response.images, response.moderations], [undefined, [], [], []]);
    const { vectors, text } = await only([v1.create(v1.EmbeddingParamsSchema, { model: "text-embedding-3-small", input: ["a", "b"], dimensions: 4 })]);
    assert.deepEqual(vectors, await client.embed(["a", "b"], { dimensions: 4 }));
    assert.equal(text, "");
  },
  "a body names its endpoint": async () => {
    const completion = { model: "gpt-3.5-turbo-instruct+tokens=5", prompt: ["Once"] };
    const continued = await only([{ body: { case: "textCompletion", value: completion } }]);
    assert.ok(continued.text);
    assert.equal(continued.cost, undefined); // no price is known
    const value = { model: "omni-moderation-latest", input: ["pure violence", "a kind word"] };
    const { mine } = await resultsOf([{ customId: "mine", body: { case: "moderation", value } }]);
    assert.deepEqual(mine.moderations.map(({ flagged }) => flagged), [true, false]);
    const images = [{ imageUrl: "https://example.com/a.png" }];
    isPng((await only([{ body: { case: "imageEdit", value: { model: "gpt-image-1", prompt: "A cat.", images } } }])).images[0]);
  },
  "parameters and text belong to the header's endpoint": async () => {
    const found = await resultsOf(["a", ["b", "c"], { model: "text-embedding-3-large", input: ["d"], dimensions: 4 }], { endpoint: EMBEDDINGS });
    assert.deepEqual(Object.values(found).map(({ vectors }) => vectors.length), [1, 2, 1]);
    assert.equal(found["2"].vectors[0].length, 4);
    assert.equal((await only(["pure violence"], { endpoint: "/v1/moderations" })).moderations[0].flagged, true);
    assert.ok((await only(["Once upon"], { endpoint: "/v1/completions" })).text);
    assert.ok((await only(["Hi"], { endpoint: "/v1/responses" })).text);
    isPng((await only(["A dog."], { endpoint: "/v1/images/generations" })).images[0]);
    const first = v1.create(v1.EmbeddingParamsSchema, { model: "text-embedding-3-small", input: ["a"] });
    assert.equal((await resultsOf([first, "b"]))["1"].vectors.length, 1); // the first item says it for all
    assert.equal((await only([[{ role: "user", content: "beta" }]])).completion.choices.length, 1);
  },
  "lines of a batch file go as they are": async () => {
    const line = { custom_id: "mine", method: "POST", url: EMBEDDINGS, body: { model: "text-embedding-3-small", input: "a" } };
    assert.equal((await resultsOf([line, { ...line, custom_id: "other" }])).other.vectors.length, 1);
    const body = { model: "gpt-4.1-mini+echo", messages: [{ role: "user", content: "gamma" }] };
    const found = await resultsOf((async function* () { yield { url: "/v1/chat/completions", body }; })());
    assert.equal(found["0"].text, "gamma");
  },
  "what is no item is the caller's error, with its place": async () => {
    const refused = async (item, expected, header = {}) => {
      const items = header.endpoint ? [item] : ["Hi", item];
      await assert.rejects(client.createBatch(items, header), (error) => {
        assert.ok(error instanceof InferwireError && error.reason === "INVALID_REQUEST", String(error));
        assert.ok(error.message.includes(expected), error.message);
        return true;
      });
    };
    await refused(null, "items[1] must be an object, and is null");
    await refused(7, "items[1] must be an object");
    await refused({ input: ["a"] }, "items[1].input: there is no such field");
    await refused({ model: 7, messages: [] }, "items[1].model: must be text");
    await refused({ body: { case: "none", value: {} } }, "items[1].body.case: must be one of");
    await refused({ url: EMBEDDINGS, body: {} }, "items[1].url: must be /v1/chat/completions");
    await refused({ method: "GET", body: {} }, "items[1].method");
    await refused({ custom_id: 7, body: {} }, "items[1].customId: must be text");
    await refused({ url: "/v1/chat/completions", body: "text" }, "items[1].body: must be an object");
    await refused({ url: "/v1/chat/completions", body: { toJSON() { throw new Error(); } } }, "items[1].body: is no JSON");
    await refused({ url: "/v1/chat/completions", id: "a", body: {} }, "items[1].id");
    await refused("A cat.", "items[0]: must be the parameters of an image edit", { endpoint: "/v1/images/edits" });
    await refused("text", "items[0]: must be an object, the body of a request to /v1/unknown", { endpoint: "/v1/unknown" });
    const two = [{ body: { case: "moderation", value: { input: ["a"] } } }, { body: { case: "embedding", value: { model: "text-embedding-3-small", input: ["a"] } } }];
    await assert.rejects(client.createBatch(two), { reason: "INVALID_PARAMETER" });
    const header = {};
    await client.createBatch([{ url: EMBEDDINGS, body: { model: "text-embedding-3-small", input: "a" } }], header);
    assert.deepEqual(header, {}); // it is the caller's
  },
};

for (const [name, test] of Object.entries(tests)) {
  await test();
  console.log("ok", name);
}
client.close();
