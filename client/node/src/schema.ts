// What an answer or a function's arguments have to look like: a schema of zod (4.2 or later) or of any other
// library that is a Standard Schema and knows its JSON Schema, or a JSON Schema as an object.
import { invalidRequest } from "./errors.js";
import { type JsonSchema, jsonFaults } from "./json_schema.js";

/** What zod, ArkType and others have in common: https://standardschema.dev. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly validate: (value: unknown) => Checked<Output> | Promise<Checked<Output>>;
  };
}

type Checked<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type Schema<Output = unknown> = StandardSchema<Output> | JsonSchema;

/** What a schema describes; of a JSON Schema nobody knows before it runs. */
export type Typed<S> = S extends StandardSchema<infer Output> ? Output : unknown;

interface Wanted {
  /** Of the schema in the request, for errors. */
  path: string;
  /** input: what is given to it; output: what comes out. They differ where it transforms. */
  io: "input" | "output";
  /** In the form that a model can be held to. */
  strict: boolean;
}

/** The schema as JSON text. */
export function schemaText(schema: Schema, { path, io, strict }: Wanted): string {
  const { $schema: _, ...json } = jsonOf(schema, path, io);
  return JSON.stringify(strict ? strictly(json, path) : json);
}

function isStandard(schema: Schema): schema is StandardSchema {
  return "~standard" in schema;
}

function jsonOf(schema: Schema, path: string, io: "input" | "output"): JsonSchema {
  // zod's schemas are objects, ArkType's functions.
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null || Array.isArray(schema)) {
    throw invalidRequest(`${path}: must be a schema of zod, or a JSON Schema as an object`);
  }
  if (!isStandard(schema)) return schema;
  type Converter = Record<"input" | "output", (options: { target: string }) => JsonSchema>;
  const { vendor, jsonSchema } = schema["~standard"] as { vendor: string; jsonSchema?: Converter };
  if (!jsonSchema) {
    throw invalidRequest(`${path}: this schema of ${vendor} has no JSON Schema; zod has it from version 4.2 on`);
  }
  try {
    return jsonSchema[io]({ target: "draft-2020-12" });
  } catch (error) {
    throw invalidRequest(`${path}: no JSON Schema can be made of it: ${error instanceof Error ? error.message : error}`);
  }
}

/** A model is held to a schema only if its objects name all of their members, and require each of them. */
function strictly(json: JsonSchema, path: string): JsonSchema {
  const strict = (inner: unknown, at: string): unknown => {
    if (Array.isArray(inner)) return inner.map((each, i) => strict(each, `${at}[${i}]`));
    return typeof inner === "object" && inner !== null ? strictly(inner as JsonSchema, at) : inner;
  };
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    if (NAMED.has(name)) {
      result[name] = Object.fromEntries(Object.entries(value as object).map(
        ([member, inner]) => [member, strict(inner, `${path}.${member}`)]));
    } else {
      result[name] = VALUES.has(name) ? value : strict(value, `${path}.${name}`);
    }
  }
  const { type, properties, required = [], additionalProperties = false } = json;
  if (type !== "object" && properties === undefined) return result;
  if (additionalProperties !== false) {
    throw invalidRequest(`${path}: an object with names that are not known beforehand is nothing that a model can be held to`);
  }
  const optional = Object.keys(properties ?? {}).find((name) => !(required as string[]).includes(name));
  if (optional !== undefined) {
    throw invalidRequest(`${path}.${optional}: must not be optional; say .nullable(), and the model gives null`);
  }
  return { ...result, additionalProperties: false };
}

const NAMED = new Set(["properties", "$defs", "definitions"]);
const VALUES = new Set(["enum", "const", "default", "examples", "required"]);

export interface Fault {
  /** items[0].price; empty: the whole. */
  field: string;
  description: string;
}

/** The value as the schema gives it, or what is wrong with it. */
export async function checked<S extends Schema>(
  schema: S, value: unknown): Promise<{ value: Typed<S>; faults?: undefined } | { faults: Fault[] }> {
  if (!isStandard(schema)) {
    const faults = jsonFaults(schema as JsonSchema, value);
    return faults.length > 0 ? { faults } : { value: value as Typed<S> };
  }
  const result = await schema["~standard"].validate(value);
  if (!result.issues) return { value: result.value as Typed<S> };
  return { faults: result.issues.map(({ path = [], message }) => ({ field: pathOf(path), description: message })) };
}

function pathOf(steps: NonNullable<Issue["path"]>): string {
  return steps.map((step) => (typeof step === "object" ? step.key : step)).reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key)), "");
}
