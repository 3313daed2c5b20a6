// Requests made from plain values. What is no request is the caller's error, with its path, before
// anything is sent: protobuf-es alone drops names that it does not know, and sends a number as a text.
import {
  create, type DescField, type DescMessage, type DescOneof, type MessageInitShape, type MessageShape, ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { invalidRequest, InferwireError } from "./errors.js";

type Node = Record<string, unknown>;

/** A whole message from parts of it. Fields that this version does not know stay: a message that
 * was received and goes back as history is the same as before. Names that are no fields are errors.
 * path: of what is a part of a request. */
export function whole<Schema extends DescMessage>(
  schema: Schema, parts: NoInfer<MessageInitShape<Schema>>, path = ""): MessageShape<Schema> {
  if (!isNode(parts)) throw invalidRequest(`${path || "the request"} must be an object, and is ${nameOf(parts)}`);
  return refusing(() => messageOf(schema, parts, path) as MessageShape<Schema>);
}

/** The bytes of a request. */
export function encoded<Schema extends DescMessage>(schema: Schema, parts: NoInfer<MessageInitShape<Schema>>): Buffer {
  const message = whole(schema, parts);
  const bytes = refusing(() => toBinary(schema, message));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What has passed every check and still is no message: one that contains itself, a getter that throws. */
function refusing<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof InferwireError ? error : invalidRequest("the request has a value of the wrong type");
  }
}

function messageOf(desc: DescMessage, parts: Node, path: string): Node {
  const { $typeName: type, $unknown: unknown } = parts;
  if (type !== undefined && type !== desc.typeName) throw wrong(path, `a ${desc.typeName}`, `a ${String(type)}`);
  const message = create(desc) as unknown as Node;
  for (const member of desc.members) {
    const name = member.localName;
    const value = parts[name];
    if (value === undefined || value === null) continue;
    message[name] = member.kind === "oneof" ? unionOf(member, value, at(path, name)) : fieldOf(member, value, path, name);
  }
  if (unknown !== undefined) message["$unknown"] = unknown;
  const names = namesOf(desc);
  for (const name of Object.keys(parts)) {
    if (!names.has(name) && parts[name] !== undefined && parts[name] !== null) throw noField(path, name);
  }
  return message;
}

const names = new WeakMap<DescMessage, Set<string>>();

function namesOf(desc: DescMessage): Set<string> {
  let all = names.get(desc);
  if (!all) names.set(desc, all = new Set(["$typeName", "$unknown", ...desc.members.map(({ localName }) => localName)]));
  return all;
}

function unionOf(desc: DescOneof, parts: unknown, path: string): unknown {
  if (!isNode(parts)) throw wrong(path, "an object with case and value", nameOf(parts));
  for (const name of Object.keys(parts)) {
    if (name !== "case" && name !== "value" && parts[name] !== undefined) throw noField(path, name);
  }
  const field = desc.fields.find(({ localName }) => localName === parts["case"]);
  if (field) return { case: field.localName, value: singleOf(field, parts["value"], path, "value") };
  if ((parts["case"] ?? parts["value"] ?? undefined) === undefined) return { case: undefined };
  const cases = desc.fields.map(({ localName }) => localName).join(", ");
  throw wrong(at(path, "case"), `one of ${cases}`, nameOf(parts["case"]));
}

function fieldOf(field: DescField, value: unknown, path: string, name: string): unknown {
  if (field.fieldKind === "list") {
    if (!Array.isArray(value)) throw wrong(at(path, name), "a list", nameOf(value));
    const here = at(path, name);
    return Array.from(value, (element, i) => singleOf(field, element, here, i));
  }
  if (field.fieldKind === "map") {
    if (!isNode(value)) throw wrong(at(path, name), "an object", nameOf(value));
    const here = at(path, name);
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, singleOf(field, element, here, key)]));
  }
  return singleOf(field, value, path, name);
}

/** A value, or an element of a list or map. Its path is put together only where it is needed. */
function singleOf(field: DescField, value: unknown, path: string, name: string | number): unknown {
  if (field.message) {
    if (!isNode(value)) throw wrong(at(path, name), "an object", nameOf(value));
    return messageOf(field.message, value, at(path, name));
  }
  if (field.enum) {
    if (isInt32(value)) return value;
    const { name: type, values } = field.enum;
    throw wrong(at(path, name), `an integer, e.g. ${type}.${values.at(1)?.localName}`, nameOf(value));
  }
  const wanted = faultOf(field.scalar!, value);
  if (wanted) throw wrong(at(path, name), wanted, nameOf(value));
  return value;
}

/** What a scalar must be and this one is not; nothing is converted. */
function faultOf(type: ScalarType, value: unknown): string | undefined {
  switch (type) {
    case ScalarType.STRING:
      if (typeof value !== "string") return "text";
      return (value as unknown as { isWellFormed(): boolean }).isWellFormed() ? undefined : "Unicode text";
    case ScalarType.BOOL:
      return typeof value === "boolean" ? undefined : "true or false";
    case ScalarType.BYTES:
      return value instanceof Uint8Array ? undefined : "a Buffer or Uint8Array";
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return typeof value === "number" ? undefined : "a number";
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return isInt32(value) ? undefined : "an integer of 32 bits";
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return typeof value === "number" && value === value >>> 0 ? undefined : "a positive integer of 32 bits";
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return typeof value === "bigint" && value === BigInt.asUintN(64, value) ? undefined : "a positive bigint of 64 bits";
    default:
      return typeof value === "bigint" && value === BigInt.asIntN(64, value) ? undefined : "a bigint of 64 bits";
  }
}

function isInt32(value: unknown): boolean {
  return typeof value === "number" && value === (value | 0);
}

/** No list, bytes, Date, Map, Promise: what has no members of its own would pass as empty. */
function isNode(value: unknown): value is Node {
  return typeof value === "object" && Object.prototype.toString.call(value) === "[object Object]";
}

function at(path: string, step: string | number): string {
  if (typeof step === "number") return `${path}[${step}]`;
  return path ? `${path}.${step}` : step;
}

function wrong(path: string, wanted: string, found: string): InferwireError {
  return invalidRequest(`${path || "the request"}: must be ${wanted}, and is ${found}`);
}

function noField(path: string, name: string): InferwireError {
  return invalidRequest(`${at(path, name)}: there is no such field`);
}

export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a number";
  return isNode(value) ? "an object" : `a ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
