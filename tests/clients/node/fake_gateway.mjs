// A gateway that says what it was told to say, for what the real one and its simulator cannot be made to do.
import assert from "node:assert/strict";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Client, InferwireError } from "@inferwire/client";
import * as v1 from "@inferwire/client/v1";

const serialize = (schema) => (parts) => Buffer.from(v1.toBinary(schema, v1.create(schema, parts)));
const read = (schema) => (bytes) => v1.fromBinary(schema, bytes);

export function fakeGateway() {
  const server = new Server();
  const handlers = {
    unary: (answer) => async (call, done) => {
      try {
        done(null, await answer(call.request, call));
      } catch (error) {
        done(error);
      }
    },
    server_streaming: (answer) => async (call) => {
      try {
        for await (const part of answer(call.request, call)) call.write(part);
        call.end();
      } catch (error) {
        call.emit("error", error);
      }
    },
    client_streaming: (answer) => async (call, done) => {
      try {
        done(null, await answer(call));
      } catch (error) {
        done(error);
      }
    },
  };
  const types = { unary: "unary", server_streaming: "serverStream", client_streaming: "clientStream" };
  return {
    /** answer: a message in parts, or a generator of some; of one request, or of the call that has them. */
    serve({ parent, name, input, output, methodKind }, answer) {
      const path = `/${parent.typeName}/${name}`;
      server.register(path, handlers[methodKind](answer), serialize(output), read(input), types[methodKind]);
    },
    async connect(options) {
      const port = await new Promise((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))));
      return new Client(`127.0.0.1:${port}`, options);
    },
  };
}

export async function all(stream) {
  const list = [];
  for await (const element of stream) list.push(element);
  return list;
}

/** wanted: a reason or a code. The error. */
export async function failing(call, wanted) {
  let failure;
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof InferwireError, String(error?.stack ?? error));
    assert.ok(error.reason === wanted || error.code === wanted, error.message);
    failure = error;
    return true;
  });
  return failure;
}
