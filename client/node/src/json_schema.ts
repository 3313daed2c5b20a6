// Whether a value is what a JSON Schema says, as far as models can be held to one: the keywords of OpenAI's
// strict schemas, and those that are put together from others. What is not known here is not checked.
import type { Fault } from "./schema.js";

export type JsonSchema = { readonly [keyword: string]: unknown };

type Checks = (schema: JsonSchema, value: unknown, field: string) => Fault[];

/** What is wrong with the value; empty: nothing. */
export function jsonFaults(schema: JsonSchema, value: unknown): Fault[] {
  const inside: Checks = (inner, part, field) => {
    let meant = inner;
    for (let hops = 0; typeof meant["$ref"] === "string" && hops < 10; ++hops) meant = resolved(schema, meant["$ref"]);
    const mismatch = simple(meant, part);
    if (mismatch !== undefined) return [{ field, description: mismatch }];
    return [...combined(meant, part, field, inside), ...members(meant, part, field, inside)];
  };
  return inside(schema, value, "");
}

function resolved(root: JsonSchema, reference: string): JsonSchema {
  const steps = reference.replace(/^#\/?/, "").split("/").filter(Boolean);
  const named = (step: string) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  const found = steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[named(step)], root);
  return typeof found === "object" && found !== null ? (found as JsonSchema) : {};
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** What needs no look into the value's parts; undefined: it is right. */
function simple(schema: JsonSchema, value: unknown): string | undefined {
  const { type, enum: allowed, const: only } = schema;
  const types = typeof type === "string" ? [type] : (type as string[] | undefined);
  const is = (name: string) => name === typeOf(value) || (name === "integer" && Number.isInteger(value));
  if (types && !types.some(is)) return `must be ${types.join(" or ")}, and is ${typeOf(value)}`;
  const same = (other: unknown) => JSON.stringify(other) === JSON.stringify(value);
  if (Array.isArray(allowed) && !allowed.some(same)) return "is none of the allowed values";
  if (only !== undefined && !same(only)) return "is not the one allowed value";
  if (typeof value === "number") return numeric(schema, value);
  if (typeof value === "string") return textual(schema, value);
  return Array.isArray(value) ? sized(schema, value.length, "Items", "elements") : undefined;
}

function numeric(schema: JsonSchema, value: number): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<string, number | undefined>;
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `must be more than ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `must be less than ${exclusiveMaximum}`;
  if (multipleOf === undefined) return undefined;
  const times = value / multipleOf;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times)) ? undefined : `must be a multiple of ${multipleOf}`;
}

function textual(schema: JsonSchema, value: string): string | undefined {
  const { pattern } = schema;
  if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) return "does not match the pattern";
  return sized(schema, [...value].length, "Length", "characters");
}

function sized(schema: JsonSchema, size: number, name: string, of: string): string | undefined {
  const least = schema[`min${name}`] as number | undefined;
  const most = schema[`max${name}`] as number | undefined;
  if (least !== undefined && size < least) return `must have at least ${least} ${of}`;
  return most !== undefined && size > most ? `must have at most ${most} ${of}` : undefined;
}

function combined(schema: JsonSchema, value: unknown, field: string, inside: Checks): Fault[] {
  const fits = (inner: JsonSchema) => inside(inner, value, field).length === 0;
  const { anyOf, oneOf, allOf } = schema as Record<string, JsonSchema[] | undefined>;
  const faults = (allOf ?? []).flatMap((inner) => inside(inner, value, field));
  if (anyOf && !anyOf.some(fits)) faults.push({ field, description: "is none of the allowed forms" });
  if (oneOf && oneOf.filter(fits).length !== 1) faults.push({ field, description: "must be exactly one of the allowed forms" });
  return faults;
}

function members(schema: JsonSchema, value: unknown, field: string, inside: Checks): Fault[] {
  if (Array.isArray(value)) {
    const items = schema["items"] as JsonSchema | undefined;
    return items ? value.flatMap((element, i) => inside(items, element, `${field}[${i}]`)) : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const { properties = {}, required = [], additionalProperties } = schema as {
    properties?: Record<string, JsonSchema>; required?: string[]; additionalProperties?: boolean | JsonSchema;
  };
  const at = (name: string) => (field ? `${field}.${name}` : name);
  const faults = required.filter((name) => !Object.hasOwn(value, name)).map(
    (name) => ({ field: at(name), description: "is missing" }));
  for (const [name, part] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    // Its name is the model's own text, which no error may show.
    if (known === false) faults.push({ field, description: "has a member that the schema does not have" });
    else if (typeof known === "object") faults.push(...inside(known, part, at(name)));
  }
  return faults;
}
