// OpenTelemetry's gRPC instrumentation sees the client's calls, and the gateway gets their trace.
// Run with: node --import ./telemetry.mjs telemetry_check.mjs
import assert from "node:assert/strict";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Client } from "@inferwire/client";
import { openaiFetch } from "@inferwire/client/openai";
import * as v1 from "@inferwire/client/v1";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { spans } from "./telemetry.mjs";

// The real gateway takes a caller's trace on; that it gets one shows one that says so.
let traceparent;
const server = new Server();
server.register("/inferwire.v1.ChatService/Complete", (call, done) => {
  [traceparent] = call.metadata.get("traceparent");
  done(null, v1.create(v1.CompleteResponseSchema, { completion: { choices: [{ message: { content: "Hi" } }] } }));
}, (message) => Buffer.from(v1.toBinary(v1.CompleteResponseSchema, message)), (bytes) => bytes, "unary");
const port = await new Promise((resolve) => server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => resolve(port)));
assert.equal(await new Client(`127.0.0.1:${port}`).complete("Hi"), "Hi");

const gateway = new Client(); // INFERWIRE_SERVER
for await (const _ of gateway.stream("Hi"));
await openaiFetch(gateway)("https://api.openai.com/v1/models");
await gateway.complete("Hi", { model: "gpt-4.1-mini+status=404" }).catch(() => {});
for await (const { text } of gateway.completeMany(["Hi", "Ho"])) assert.ok(text);
await gateway.deleteFile((await gateway.uploadFile(Buffer.from("x"))).fileId);
const seen = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
assert.deepEqual(seen.map(({ name }) => name), [
  "grpc.inferwire.v1.ChatService/Complete", "grpc.inferwire.v1.ChatService/StreamComplete",
  "grpc.inferwire.v1.RawService/Invoke", "grpc.inferwire.v1.ChatService/Complete",
  "grpc.inferwire.v1.ChatService/CompleteMany", "grpc.inferwire.v1.FilesService/UploadFile", "grpc.inferwire.v1.FilesService/DeleteFile"]);
assert.deepEqual(seen.map(({ status }) => status.code === SpanStatusCode.ERROR), [false, false, false, true, false, false, false]);
assert.equal(traceparent.split("-")[1], seen[0].spanContext().traceId);
assert.doesNotMatch(JSON.stringify(seen.map(({ attributes }) => attributes)), /"Hi"/);
console.log("ok");
process.exit(0);
