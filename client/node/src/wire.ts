// Requests as bytes and answers from bytes. What is no request is the caller's error before
// anything is sent: encoding alone would send "[object Object]" to a model.
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { invalidRequest } from "./errors.js";
import type { DeepPartial } from "./v1.js";

export interface Kind<T> {
  fromPartial(parts: DeepPartial<T>): T;
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
}

type Node = Record<string, unknown>;

/** A whole message from parts of it. Fields that this version does not know stay: a message that
 * was received and goes back as history is the same as before. Names that are no fields are errors. */
export function whole<T>(kind: Kind<T>, parts: NoInfer<DeepPartial<T>>): T {
  if (!isNode(parts) || Array.isArray(parts)) throw invalidRequest(`the request must be an object, and is ${nameOf(parts)}`);
  let message: T;
  try {
    message = kind.fromPartial(parts);
  } catch {
    throw invalidRequest("the request has a value of the wrong type");
  }
  compare(parts, message, "");
  return message;
}

/** The bytes of a request. */
export function encoded<T>(kind: Kind<T>, parts: NoInfer<DeepPartial<T>>): Buffer {
  const message = whole(kind, parts);
  try {
    const bytes = kind.encode(message, new CheckedWriter()).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw invalidRequest("the request has a value of the wrong type");
    const { value, wanted } = error;
    throw invalidRequest(`${pathOf(message, value) || "a field"}: must be ${wanted}, and is ${nameOf(value)}`);
  }
}

class WrongValue extends Error {
  constructor(readonly value: unknown, readonly wanted: string) {
    super();
  }
}

/** A writer that converts nothing. */
class CheckedWriter extends BinaryWriter {
  override string(value: string): this {
    if (typeof value !== "string") throw new WrongValue(value, "text");
    if (!(value as unknown as { isWellFormed(): boolean }).isWellFormed()) throw new WrongValue(value, "Unicode text");
    return super.string(value);
  }

  override bool(value: boolean): this {
    if (typeof value !== "boolean") throw new WrongValue(value, "true or false");
    return super.bool(value);
  }

  override bytes(value: Uint8Array): this {
    if (!(value instanceof Uint8Array)) throw new WrongValue(value, "a Buffer or Uint8Array");
    return super.bytes(value);
  }

  override double(value: number): this {
    if (typeof value !== "number") throw new WrongValue(value, "a number");
    return super.double(value);
  }

  override int32(value: number): this {
    if (!Number.isInteger(value) || value !== (value | 0)) {
      throw new WrongValue(value, "an integer of 32 bits (an enum is one, e.g. Role.USER)");
    }
    return super.int32(value);
  }

  override int64(value: string | number | bigint): this {
    if (typeof value !== "bigint") throw new WrongValue(value, "a bigint");
    return super.int64(value);
  }
}

/** Keeps unknown fields; throws for what fromPartial left out or changed. */
function compare(from: unknown, to: unknown, path: string): void {
  if (from === undefined || from === null || from === to) return;
  if (!isNode(from)) {
    if (typeof from !== typeof to) throw invalidRequest(`${path}: must not be ${nameOf(from)}`);
    return;
  }
  if (!isNode(to) || Array.isArray(from) !== Array.isArray(to)) throw invalidRequest(`${path}: must not be ${nameOf(from)}`);
  for (const [name, value] of Object.entries(from)) {
    const at = Array.isArray(from) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
    if (name === "_unknownFields") to[name] = value;
    else if (value !== undefined && value !== null && to[name] === undefined) throw invalidRequest(`${at}: there is no such field`);
    else compare(value, to[name], at);
  }
}

function pathOf(message: unknown, value: unknown): string | undefined {
  if (!isNode(message)) return undefined;
  for (const [name, member] of Object.entries(message)) {
    const step = Array.isArray(message) ? `[${name}]` : name;
    if (Object.is(member, value)) return step;
    const rest = pathOf(member, value);
    if (rest !== undefined) return rest.startsWith("[") ? step + rest : `${step}.${rest}`;
  }
  return undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Date);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a number";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

// JSON has no 64-bit integers: as in protobuf's JSON they become text. Not enumerable, so that a
// message has the members of its type and no others.
const TO_JSON: PropertyDescriptor = {
  value(this: object): unknown {
    const text = (value: unknown) => (typeof value === "bigint" ? String(value) : value);
    if (Array.isArray(this)) return this.map(text);
    return Object.fromEntries(Object.entries(this).map(([name, value]) => [name, text(value)]));
  },
  configurable: true,
  writable: true,
};

/** Makes JSON.stringify work on an answer and on every part of it. */
export function printable<T>(message: T): T {
  if (!isNode(message)) return message;
  let has64Bits = false;
  for (const member of Object.values(message)) {
    if (typeof member === "bigint") has64Bits = true;
    else if (typeof member === "object") printable(member);
  }
  if (has64Bits) Object.defineProperty(message, "toJSON", TO_JSON);
  return message;
}
