// Does with the Node client what the cases on standard input ask for, and reports what it saw: one
// JSON object per line each way (tests/clients/README.md).
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { Client, costOf, hasEnded, InferwireError, textOf, tlsFromFiles } from "@inferwire/client";
import * as v1 from "@inferwire/client/v1";
import { upload } from "./uploads.mjs";

const input = createInterface({ input: process.stdin, crlfDelay: Infinity })[Symbol.asyncIterator]();
const report = (seen) => process.stdout.write(JSON.stringify(seen) + "\n");

// Clients live as long as the process: what a call leaves behind is not cleaned up by an end.
const clients = new Map();

function clientOf({ client }) {
  const key = JSON.stringify(client);
  if (!clients.has(key)) {
    const { target, tls, bearer_token: bearerToken, max_attempts: maxAttempts } = client;
    const files = tls && tlsFromFiles({ ...tls, serverName: tls.server_name });
    clients.set(key, new Client(target, { tls: files, bearerToken, maxAttempts }));
  }
  return clients.get(key);
}

function paramsOf(task) {
  const params = v1.fromJson(v1.ChatCompletionParamsSchema, task.params);
  if (task.params_hex) {
    // Appended bytes merge, as everywhere in protobuf.
    const bytes = v1.toBinary(v1.ChatCompletionParamsSchema, params);
    return v1.fromBinary(v1.ChatCompletionParamsSchema, Buffer.concat([bytes, Buffer.from(task.params_hex, "hex")]));
  }
  if (task.pad_bytes) params.messages[0].content += "x".repeat(task.pad_bytes);
  if (task.image_bytes) {
    const data = Buffer.alloc(task.image_bytes, Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    params.messages[0].contentParts.push(
      v1.create(v1.ContentPartSchema, { part: { case: "imageUrl", value: { data, mimeType: "image/png" } } }));
  }
  return params;
}

const gatewayOptions = (task) => v1.fromJson(v1.CallOptionsSchema, task.options ?? {});
const unaryRequest = (task) => ({ params: paramsOf(task), options: gatewayOptions(task) });
const streamRequest = (task) => ({ ...unaryRequest(task), stream: { accumulate: task.accumulate ?? false } });
const callOptions = ({ timeout_ms: timeoutMs, metadata, idempotency_key: idempotencyKey }) =>
  ({ timeoutMs, metadata, idempotencyKey });

const seenText = (text) => ({ text: text.slice(0, 2000), text_bytes: Buffer.byteLength(text) });
const seenRoute = (route) => ({
  route: route?.route, chosen_by: route?.chosenBy, group: route?.group, fallback: route?.fallback,
});
const seenAttempt = ({ upstream, key, httpStatus, reason, mayBeBilled, cause }) => ({
  upstream, key, http_status: httpStatus, reason, may_be_billed: mayBeBilled, cause,
});
const seenWarning = ({ reason, message, modelEnd }) => [reason, {
  model: modelEnd?.modelId, dated: Boolean(modelEnd?.shutdownDate), replacement: modelEnd?.replacementModelId, says: message,
}];
const seenGateway = (gateway) => ({
  warnings: Object.fromEntries(gateway?.warnings.map(seenWarning) ?? []),
  request_id: gateway?.requestId, client_request_id: gateway?.clientRequestId, upstream: gateway?.upstream,
  model: gateway?.model, attempts: gateway?.attempts, replayed: gateway?.replayed, route: seenRoute(gateway?.route),
  attempt_log: gateway?.attemptLog.map(seenAttempt),
});
const seenUsage = (usage) => ({
  input: Number(usage?.inputTokens ?? 0), output: Number(usage?.outputTokens ?? 0), total: Number(usage?.totalTokens ?? 0),
});

function seenCompletion(completion) {
  const choice = completion?.choices[0];
  if (!choice) return { choices: 0 };
  const calls = choice.message.toolCalls.map(({ id, call }) => ({
    id, name: call.case === "function" ? call.value.name : "",
    arguments: call.case === "function" ? call.value.arguments : "",
  }));
  return {
    ...seenText(textOf(completion)), model: completion.model, finish: v1.enumToJson(v1.FinishReasonSchema, choice.finishReason),
    role: v1.enumToJson(v1.RoleSchema, choice.message.role), tool_calls: calls, has_content: choice.message.content !== undefined,
    choices: completion.choices.length, usage: seenUsage(completion.usage),
  };
}

// What a log or a queue makes of it has to be the whole.
const copied = (value) => JSON.parse(JSON.stringify(value));

function seenError(error) {
  if (!(error instanceof InferwireError)) throw error;
  return seenMembers({ ...copied(error), codeName: error.codeName });
}

const seenLimit = (limit) => limit ? {
  name: limit.name, scope: limit.scope, amount: limit.amount, needed: limit.needed, resets_at: limit.resetsAt,
} : null;

function seenMembers(error) {
  return {
    code: error.codeName ?? error.code, domain: error.domain, reason: error.reason, retryable: error.retryable,
    may_be_billed: error.mayBeBilled, retry_after_ms: error.retryAfterMs ?? null, request_id: error.requestId,
    origin: error.origin, fields: error.fields.map(({ field }) => field),
    quotas: error.quotas.map(({ subject }) => subject), upstream: error.metadata.upstream ?? "",
    route: error.metadata.route ?? "", tried: error.metadata.tried ?? "",
    first_request_id: error.firstRequestId, limit: seenLimit(error.limit),
    unfinished: error.unfinished, line: error.message, message: error.detail,
  };
}

async function stream(client, task) {
  const seen = { events: {}, left: false };
  let text = [], pieces = 0;
  try {
    for await (const event of client.stream(streamRequest(task), callOptions(task))) {
      copied(event);
      const kind = event.message.event.case ?? "unknown";
      seen.events[kind] = (seen.events[kind] ?? 0) + 1;
      text.push(event.text);
      const choices = kind === "chunk" ? event.message.event.value.choices : [];
      for (const { finishReason } of choices) {
        if (finishReason) seen.finish = v1.enumToJson(v1.FinishReasonSchema, finishReason);
      }
      if (event.completed) {
        seen.usage = seenUsage(event.completed.usage);
        seen.gateway = seenGateway(event.completed.gateway);
        if (event.completed.completion) seen.accumulated = seenCompletion(event.completed.completion);
      }
      if (!event.text) continue;
      if (++pieces === task.pause_after) {
        report({ paused: task.name });
        await input.next();
      }
      if (pieces === task.leave_after) {
        seen.left = true;
        break;
      }
    }
  } catch (error) {
    seen.error = seenError(error);
  }
  return { ...seenText(text.join("")), ...seen };
}

async function many(client, task) {
  const seen = { results: {}, chunks: 0, highest_in_flight: 0, results_seen: 0 };
  const items = task.items.map((item) => v1.fromJson(v1.CompleteManyItemSchema, item));
  const many = client.completeMany(items, {
    ...callOptions(task), maxInFlight: task.max_in_flight, streamChunks: task.stream_chunks,
    defaultOptions: gatewayOptions(task), onChunk: () => seen.chunks++,
    onProgress: ({ sent, succeeded, failed, cancelled, inFlight, maxInFlight }) => {
      seen.progress = { sent, succeeded, failed, cancelled, in_flight: inFlight, max_in_flight: maxInFlight };
      seen.highest_in_flight = Math.max(seen.highest_in_flight, inFlight);
    },
  });
  try {
    for await (const result of many) {
      const { itemId, completion, error } = result;
      copied(result);
      seen.results_seen++;
      (seen.results[itemId] ??= []).push(error ? seenError(error) : seenCompletion(completion));
      if (seen.results_seen === task.leave_after) break;
      for (const id of task.cancel_after_first_result ?? []) many.cancelItem(id);
    }
  } catch (error) {
    seen.error = seenError(error);
  }
  if (many.summary) {
    const { succeeded, failed, cancelled, usage } = many.summary;
    seen.summary = {
      succeeded: Number(succeeded), failed: Number(failed), cancelled: Number(cancelled),
      total_tokens: Number(usage?.totalTokens ?? 0),
    };
  }
  return seen;
}

async function batch(client, task) {
  const seen = { results: {}, results_seen: 0 };
  const items = task.items.map((item) => v1.fromJson(v1.BatchItemSchema, item));
  const { batch, existed } = await client.createBatch(items, v1.fromJson(v1.BatchHeaderSchema, task.header ?? {}));
  Object.assign(seen, { total: Number(batch.counts?.total ?? 0), existed });
  const { batchId } = batch;
  for await (const change of client.watchBatch(batchId, { timeoutMs: 50_000 })) {
    copied(change);
    Object.assign(seen, { state: v1.enumToJson(v1.Batch_StateSchema, change.state), ended: hasEnded(change) });
  }
  let offset = 0n;
  for (let loop = 0; loop < 2; ++loop) { // the second one goes on where the first one was left
    for await (const result of client.batchResults(batchId, { offset, timeoutMs: 50_000 })) {
      const { customId, completion, error, message, text } = result;
      copied(result);
      offset = message.nextOffset;
      seen.results_seen++;
      const { case: kind, value: answer } = message.outcome;
      (seen.results[customId] ??= []).push(error ? seenError(error) : completion ? seenCompletion(completion)
        : { kind: snakeCase(kind), text, answer: copied(answer) });
      if (seen.results_seen === task.leave_after) break;
    }
  }
  const { counts } = await client.getBatch(batchId);
  Object.assign(seen, { succeeded: Number(counts.succeeded), failed: Number(counts.failed), listed: false });
  for await (const known of client.listBatches()) seen.listed ||= known.batchId === batchId;
  return seen;
}

async function deleteBatch(client, task) {
  const { batch } = await client.createBatch(task.items.map((item) => v1.fromJson(v1.BatchItemSchema, item)));
  const { batchId } = batch;
  const seen = {};
  const step = async (name, call) => {
    seen[name] = await call().then(() => null, seenError);
  };
  await step("running", () => client.deleteBatch(batchId));
  await client.cancelBatch(batchId);
  for await (const { state } of client.watchBatch(batchId, { timeoutMs: 50_000 })) {
    seen.state = v1.enumToJson(v1.Batch_StateSchema, state);
  }
  await step("deleted", () => client.deleteBatch(batchId));
  await step("get", () => client.getBatch(batchId));
  await step("again", () => client.deleteBatch(batchId));
  seen.listed = false;
  for await (const known of client.listBatches()) seen.listed ||= known.batchId === batchId;
  return seen;
}

async function models(client, { filter, order_by: orderBy }) {
  const ids = [];
  for await (const { modelId } of client.listModels({ filter, orderBy })) ids.push(modelId);
  return { ids };
}

/** What every kind of call of a closed client says. */
async function closed(_, task) {
  const client = new Client(task.client.target);
  client.close();
  client.close(); // no harm
  const read = async (stream) => {
    for await (const _ of stream);
  };
  const calls = {
    complete: () => client.complete("Hi"), stream: () => read(client.stream("Hi")),
    many: () => read(client.completeMany(["Hi"])), models: () => read(client.listModels()),
    health: () => client.health(), create_batch: () => client.createBatch(["Hi"]),
    batch_results: () => read(client.batchResults("batch_1")), stream_invoke: () => read(client.streamInvoke({})),
  };
  const seen = {};
  for (const [name, call] of Object.entries(calls)) await call().catch((error) => (seen[name] = seenError(error)));
  return seen;
}

// What has a call of its own; every other RPC is called by its method.
const helpers = {
  CreateResponse: "respond", Embed: "embed", Moderate: "moderate", CompleteText: "completeText", GenerateImages: "generateImages",
};
const streams = {
  StreamResponse: "streamResponse", StreamCompleteText: "streamCompleteText", StreamEmbed: "streamEmbed",
  StreamGenerateImages: "streamImages",
};

function rpcOf({ method, request }) {
  const [service, name] = method.split("/");
  const found = Object.values(v1[service].method).find((known) => known.name === name);
  return { found, name, message: v1.fromJson(found.input, request ?? {}) };
}

async function rpc(client, task) {
  const { found, name, message } = rpcOf(task);
  const options = callOptions(task);
  const response = helpers[name] ? client[helpers[name]](message, options) : client.call(found, message, options);
  return { response: copied(await response) };
}

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

async function rpcStream(client, task) {
  const seen = { events: 0, types: {}, text: "", bytes: 0, pictures: [] };
  const digest = createHash("sha256");
  const take = (data) => {
    seen.bytes += data.byteLength;
    digest.update(data);
  };
  const { found, name, message: request } = rpcOf(task);
  const options = callOptions(task);
  try {
    const stream = streams[name] ? client[streams[name]](request, options) : client.streamCall(found, request, options);
    for await (const event of stream) {
      const message = event.message?.$typeName ? event.message : event; // a download's message is its union
      const kind = snakeCase((message.event ?? message.message).case ?? "unknown");
      seen.events++;
      seen.types[kind] = (seen.types[kind] ?? 0) + 1;
      seen.text += event.text ?? "";
      if (event.embedding) take(new Uint8Array(Float32Array.from(event.embedding.values).buffer));
      if (event.picture) {
        const { index, preview, data } = event.picture;
        take(data);
        seen.pictures.push(preview === undefined ? `${index}` : `${index} preview ${preview}`);
      }
      seen.last = copied(message);
    }
  } catch (error) {
    seen.error = seenError(error);
  }
  seen.sha256 = digest.digest("hex");
  return seen;
}

async function session(client, task) {
  const seen = { turns: 0, events: 0, text: "", audio_bytes: 0, completed: null };
  const talk = client.realtime(v1.fromJson(v1.RealtimeStartSchema, task.request), callOptions(task));
  const turns = [...task.turns];
  const sendTurn = async () => {
    const turn = turns.shift();
    if (!turn) return talk.end();
    if (turn.say) return talk.say(turn.say);
    for (let sent = 0; sent < turn.audio_bytes; sent += 4800) await talk.send(new Uint8Array(4800));
    await talk.send({ type: "input_audio_buffer.commit" });
    await talk.send({ type: "response.create" });
  };
  try {
    await sendTurn();
    for await (const { type, text, audio } of talk) {
      seen.events++;
      seen.text += text;
      seen.audio_bytes += audio.length;
      if (type === "response.done") {
        seen.turns++;
        await sendTurn();
      }
      if (seen.events === task.leave_after) break;
    }
  } catch (error) {
    seen.error = seenError(error);
  }
  if (talk.completed) seen.completed = copied(talk.completed);
  return seen;
}

const seconds = (begin) => (performance.now() - begin) / 1000;

const calls = {
  encode: (_, task) => ({ hex: Buffer.from(v1.toBinary(v1.ChatCompletionParamsSchema, paramsOf(task))).toString("hex") }),
  reencode: (_, { hex }) => {
    const message = v1.fromBinary(v1.ChatCompletionParamsSchema, Buffer.from(hex, "hex"));
    return { hex: Buffer.from(v1.toBinary(v1.ChatCompletionParamsSchema, message)).toString("hex") };
  },
  text: (_, { completion }) => ({ text: textOf(v1.fromJson(v1.ChatCompletionSchema, completion)) }),
  cost: (_, { cost }) => {
    const picousd = costOf(v1.fromJson(v1.CostSchema, cost));
    return { cost: picousd === undefined ? null : Number(picousd) };
  },
  target: ({ target }) => ({ target }),
  closed,
  complete: async (client, task) => {
    const response = await client.complete(unaryRequest(task), callOptions(task));
    const { completion, gateway } = response;
    copied(response);
    return { ...seenCompletion(completion), gateway: seenGateway(gateway) };
  },
  complete_text: async (client, { prompt, model }) => seenText(await client.complete(prompt, { model })),
  stream,
  many,
  batch,
  delete_batch: deleteBatch,
  models,
  model: async (client, { model_id: id }) => {
    const { model, snapshotId } = await client.getModel(id);
    return { model_id: model.modelId, snapshot_id: snapshotId, priced: model.priced };
  },
  compare: async (client, { model_ids: modelIds, workload }) => {
    const response = await client.compareModels({ modelIds, workload: workload && v1.fromJson(v1.WorkloadSchema, workload) });
    return {
      ids: response.models.map(({ modelId }) => modelId),
      costs: response.workloadCosts.map(({ monthlyMicrousd }) => Number(monthlyMicrousd)),
    };
  },
  estimate: async (client, task) => {
    const response = await client.estimate({ params: paramsOf(task) });
    return {
      input_tokens: Number(response.inputTokens), fits: response.fitsContextWindow,
      problems: response.problems.map(({ reason }) => reason),
    };
  },
  health: async (client, { service }) => ({ status: await client.health(service) }),
  invoke: async (client, { http }) => {
    const call = { method: http.method, path: http.path, body: Buffer.from(http.body ?? "") };
    const response = await client.invoke({ call });
    return { http_status: response.httpStatus, body: Buffer.from(response.body).toString().slice(0, 2000) };
  },
  rpc,
  rpc_stream: rpcStream,
  rpc_upload: (client, task) => upload(client, task, seenError),
  session,
  bench_unary: async (client, task) => {
    const begin = performance.now();
    let count = 0;
    for (; seconds(begin) < task.seconds; ++count) await client.complete(unaryRequest(task));
    return { count, seconds: seconds(begin) };
  },
  bench_stream: async (client, task) => {
    const begin = performance.now();
    let count = 0;
    for await (const { text } of client.stream(streamRequest(task))) if (text) count++;
    return { count, seconds: seconds(begin) };
  },
};

const offline = new Set(["encode", "reencode", "text", "cost", "closed"]);

async function answer(task) {
  try {
    const client = offline.has(task.call) ? undefined : clientOf(task);
    return await calls[task.call](client, task);
  } catch (error) {
    return error instanceof InferwireError ? { error: seenError(error) } : { crash: String(error?.stack ?? error) };
  }
}

for (let line = await input.next(); !line.done; line = await input.next()) {
  const task = JSON.parse(line.value);
  report({ name: task.name, ...(await answer(task)) });
}
process.exit(0);
