// Answers from bytes. JSON.stringify writes each of them, and every part, as protobuf's JSON: names of
// enums, 64-bit integers as text, bytes as base64. fromJson reads it again, in all languages.
import {
  createRegistry, type DescMessage, fromBinary, type Message, type MessageShape, toJson,
} from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { files } from "./gen/files.js";

// What an Any may hold.
const registry = createRegistry(...files);

/** An answer; it and every message in it have a toJSON. */
export function decoded<Schema extends DescMessage>(schema: Schema, bytes: Buffer): MessageShape<Schema> {
  const message = fromBinary(schema, bytes);
  makePrintable(printingOf(schema), message as unknown as Members);
  return message;
}

type Members = Record<string, unknown>;

/** Of one type: its toJSON, and where its messages have others. */
interface Printing {
  toJSON: PropertyDescriptor;
  messages: Place[];
}

interface Place {
  name: string;
  kind: "message" | "list" | "map" | "union";
  /** By the case of a union; the others have one, with no name. */
  of: Map<string, Printing>;
}

const printings = new Map<DescMessage, Printing>();

function printingOf(schema: DescMessage): Printing {
  const known = printings.get(schema);
  if (known) return known;
  // Not enumerable, so that a message has the members of its type and no others.
  const value = function (this: Message): unknown {
    try {
      return toJson(schema, this, { registry });
    } catch {
      // A time after the year 9999, or an error's detail of a type that this version does not know.
      return memberwise(schema, this as unknown as Members);
    }
  };
  const printing: Printing = { toJSON: { value, configurable: true, writable: true }, messages: [] };
  printings.set(schema, printing); // first, because types contain themselves
  for (const member of schema.members) {
    const union = member.kind === "oneof";
    const fields = (union ? member.fields : [member]).filter(({ message }) => message);
    if (fields.length === 0) continue;
    const of = new Map(fields.map(({ localName, message }) => [union ? localName : "", printingOf(message!)]));
    const kind = union ? "union" : (member.fieldKind as "message" | "list" | "map");
    printing.messages.push({ name: member.localName, kind, of });
  }
  return printing;
}

function makePrintable(printing: Printing, message: Members): void {
  Object.defineProperty(message, "toJSON", printing.toJSON);
  for (const { name, kind, of } of printing.messages) {
    const value = message[name];
    if (value === undefined) continue;
    if (kind === "union") {
      const { case: which, value: chosen } = value as { case?: string; value?: Members };
      const inner = which === undefined ? undefined : of.get(which);
      if (inner) makePrintable(inner, chosen!);
      continue;
    }
    const inner = of.get("")!;
    if (kind === "message") makePrintable(inner, value as Members);
    else if (kind === "list") for (const element of value as Members[]) makePrintable(inner, element);
    else for (const element of Object.values(value as Record<string, Members>)) makePrintable(inner, element);
  }
}

/** Messages in this one are written by their own toJSON. */
function memberwise(schema: DescMessage, message: Members): Members {
  const json: Members = {};
  for (const { jsonName, localName, oneof } of schema.fields) {
    const union = oneof && (message[oneof.localName] as { case?: string; value?: unknown });
    const value = union ? (union.case === localName ? union.value : undefined) : message[localName];
    json[jsonName] = typeof value === "bigint" ? String(value) : value instanceof Uint8Array ? base64Encode(value) : value;
  }
  return json;
}
