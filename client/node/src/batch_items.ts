// Items of batches from what the calls of their endpoints take.
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import {
  DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL, DEFAULT_TEXT_MODEL,
} from "./answering.js";
import { invalidRequest } from "./errors.js";
import { ask } from "./messages.js";
import type { Messages } from "./plain.js";
import {
  type BatchHeader, type BatchItem, BatchItemSchema, type ChatCompletionParams, ChatCompletionParamsSchema,
  type EmbeddingParams, EmbeddingParamsSchema, type ImageEditParams, ImageEditParamsSchema, type ImageParams,
  ImageParamsSchema, type Init, type ModerationParams, ModerationParamsSchema, type ResponseParams, ResponseParamsSchema,
  type TextCompletionParams, TextCompletionParamsSchema,
} from "./v1.js";
import { nameOf, whole } from "./wire.js";

/** A line of a batch file of OpenAI's API; its body goes as it is. */
export interface BatchLine {
  custom_id?: string;
  method?: "POST";
  /** E.g. /v1/embeddings. */
  url: string;
  body: object;
}

type Parameters =
  | Init<ChatCompletionParams> | Init<ResponseParams> | Init<EmbeddingParams> | Init<TextCompletionParams>
  | Init<ModerationParams> | Init<ImageParams> | Init<ImageEditParams>;

/** Text, messages or texts, and parameters belong to the batch's endpoint (`endpoint` of its header, else chat);
 * `{ body: { case: "embedding", value } }`, messages that `create` has made, and lines say theirs. What has no id gets
 * its position as customId. */
export type BatchInput =
  | string | Messages | readonly string[] | Parameters | BatchLine
  | Omit<Init<BatchItem>, "customId"> & { customId?: string };

const CHAT = "/v1/chat/completions";

interface Endpoint {
  body: Exclude<BatchItem["body"]["case"], undefined>;
  schema: GenMessage<Exclude<BatchItem["body"]["value"], string | undefined>>;
  /** The member that text stands for. */
  main: string | undefined;
  /** Of text; undefined: the client's. */
  model: string | undefined;
}

const ENDPOINTS: Record<string, Endpoint> = {
  [CHAT]: { body: "chatCompletion", schema: ChatCompletionParamsSchema, main: "messages", model: undefined },
  "/v1/responses": { body: "response", schema: ResponseParamsSchema, main: "input", model: undefined },
  "/v1/embeddings": { body: "embedding", schema: EmbeddingParamsSchema, main: "input", model: DEFAULT_EMBEDDING_MODEL },
  "/v1/completions": { body: "textCompletion", schema: TextCompletionParamsSchema, main: "prompt", model: DEFAULT_TEXT_MODEL },
  "/v1/moderations": { body: "moderation", schema: ModerationParamsSchema, main: "input", model: DEFAULT_MODERATION_MODEL },
  "/v1/images/generations": { body: "imageGeneration", schema: ImageParamsSchema, main: "prompt", model: DEFAULT_IMAGE_MODEL },
  // A prompt alone changes no image.
  "/v1/images/edits": { body: "imageEdit", schema: ImageEditParamsSchema, main: undefined, model: undefined },
};
type Members = Record<string, unknown>;

const LINE = ["custom_id", "method", "url", "body"];

/** Makes the items of one batch; the first one may say of which endpoint it is. */
export class BatchItems {
  private count = 0;
  private readonly endpoint: string;

  /** model: of text and messages. */
  constructor(given: Init<BatchHeader>, first: unknown, private readonly model: string) {
    this.endpoint = given.endpoint || endpointOf(first);
    // Of what is sent as JSON only the header can say it.
    this.header = isLine(first) ? { ...given, endpoint: this.endpoint } : given;
  }

  readonly header: Init<BatchHeader>;

  make(value: unknown): BatchItem {
    const path = `items[${this.count}]`, customId = String(this.count++);
    if (isLine(value)) return this.line(value, customId, path);
    if (isItem(value)) return whole(BatchItemSchema, { customId, ...value } as Init<BatchItem>, path);
    const known = knownOf(value) ?? ENDPOINTS[this.endpoint];
    if (known) return whole(BatchItemSchema, { customId, body: { case: known.body, value: this.params(known, value, path) } as never });
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw invalidRequest(`${path}: must be an object, the body of a request to ${this.endpoint}, and is ${nameOf(value)}`);
    }
    return whole(BatchItemSchema, { customId, body: { case: "rawJson", value: jsonOf(value, path) } });
  }

  private params({ body, schema, main, model = this.model }: Endpoint, value: unknown, path: string): unknown {
    if (typeof value !== "string" && !Array.isArray(value)) return whole(schema, value as never, path);
    if (body === "chatCompletion") return whole(schema, ask(value as string | Messages, model) as never, path);
    if (main === undefined) throw invalidRequest(`${path}: must be the parameters of an image edit, and is ${nameOf(value)}`);
    const texts = typeof value === "string" && isList(schema, main) ? [value] : value;
    return whole(schema, { model, [main]: texts } as never, path);
  }

  private line(value: Members, customId: string, path: string): BatchItem {
    for (const name of Object.keys(value)) {
      if (!LINE.includes(name)) throw invalidRequest(`${path}.${name}: there is no such member of a batch's line`);
    }
    const { custom_id: id = customId, method = "POST", url = this.endpoint, body } = value;
    if (method !== "POST") throw invalidRequest(`${path}.method: must be POST`);
    if (url !== this.endpoint) throw invalidRequest(`${path}.url: must be ${this.endpoint}, as of the whole batch`);
    if (typeof body !== "object" || body === null) throw invalidRequest(`${path}.body: must be an object, and is ${nameOf(body)}`);
    return whole(BatchItemSchema, { customId: id as string, body: { case: "rawJson", value: jsonOf(body, `${path}.body`) } }, path);
  }
}

function endpointOf(first: unknown): string {
  if (isLine(first)) return typeof first["url"] === "string" ? first["url"] : CHAT;
  const named = isItem(first) ? (first["body"] as { case?: unknown } | undefined)?.case : knownOf(first)?.body;
  return Object.entries(ENDPOINTS).find(([, { body }]) => body === named)?.[0] ?? CHAT;
}

/** Of a message that says its type. */
function knownOf(value: unknown): Endpoint | undefined {
  const type = isMembers(value) ? value["$typeName"] : undefined;
  return Object.values(ENDPOINTS).find(({ schema }) => schema.typeName === type);
}

function isItem(value: unknown): value is Members {
  return isMembers(value) && (value["$typeName"] === BatchItemSchema.typeName || "customId" in value || "body" in value);
}

function isLine(value: unknown): value is Members {
  return isMembers(value) && value["$typeName"] === undefined && ("url" in value || "custom_id" in value || "method" in value);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(schema: Endpoint["schema"], name: string): boolean {
  return schema.fields.find(({ localName }) => localName === name)?.fieldKind === "list";
}

function jsonOf(value: object, path: string): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw invalidRequest(`${path}: is no JSON`);
  }
}
