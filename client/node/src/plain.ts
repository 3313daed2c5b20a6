// Chat requests from plain values, in the form that OpenAI's API has them: roles by name, content as
// text or parts, tools by name and schema. What is none of that is the caller's error, with its path.
import { invalidRequest } from "./errors.js";
import { type Schema, schemaText } from "./schema.js";
import {
  type ChatMessage, type ContentPart, type Init, Role, type Tool, type ToolCall, type ToolChoice, ToolChoiceMode,
} from "./v1.js";
import { nameOf } from "./wire.js";

export type PlainRole = "developer" | "system" | "user" | "assistant" | "tool";

/** A piece of a message. Text is a piece, too. */
export type PlainPart =
  | string
  | { type: "text"; text: string }
  /** The image's bytes; mimeType: by the bytes, if it is not given. */
  | { type: "image"; data: Uint8Array; mimeType?: string; detail?: string }
  | { type: "image_url"; image_url: string | { url: string; detail?: string } }
  /** data: bytes, or base64. */
  | { type: "input_audio"; input_audio: { data: Uint8Array | string; format: string } }
  /** file_data: bytes, or a data: URL. */
  | { type: "file"; file: { file_id?: string; filename?: string; file_data?: Uint8Array | string } }
  | { type: "refusal"; refusal: string }
  | Init<ContentPart>;

/** A call that the model has asked for, as it goes back in the history. */
export type PlainToolCall =
  | { id: string; type?: "function"; function: { name: string; arguments: string } }
  | Init<ToolCall>;

export interface PlainMessage {
  role: PlainRole;
  content?: string | readonly PlainPart[] | null | undefined;
  name?: string | undefined;
  /** Of the assistant. */
  tool_calls?: readonly PlainToolCall[] | undefined;
  /** Of role "tool": the call that is answered. */
  tool_call_id?: string | undefined;
  refusal?: string | null | undefined;
  annotations?: readonly object[] | null | undefined;
  audio?: { id: string } | null | undefined;
  reasoning_content?: string | null | undefined;
}

/** Plain messages, and those that came from the gateway, in any order. */
export type Messages = readonly (PlainMessage | Init<ChatMessage>)[];
export type Prompt = string | Messages;

/** A function that the model may call. */
export type PlainTool =
  | { name: string; description?: string | undefined; parameters?: Schema | undefined; strict?: boolean | undefined }
  | { type: "function"; function: { name: string; description?: string; parameters?: object; strict?: boolean | null } }
  | Init<Tool>;

/** A name chooses that function. */
export type PlainToolChoice =
  | "auto" | "none" | "required" | { name: string } | { type: "function"; function: { name: string } } | Init<ToolChoice>;

type Members = Record<string, unknown>;

const ROLES: Record<string, Role> = {
  developer: Role.DEVELOPER, system: Role.SYSTEM, user: Role.USER, assistant: Role.ASSISTANT, tool: Role.TOOL,
};
// The last three stand in answers that go back as history.
const MESSAGE = ["role", "content", "name", "tool_calls", "tool_call_id", "refusal", "annotations", "audio", "reasoning_content"];
const CHOICES: Record<string, ToolChoiceMode> = {
  auto: ToolChoiceMode.AUTO, none: ToolChoiceMode.NONE, required: ToolChoiceMode.REQUIRED,
};

export function messagesOf(prompt: Prompt, system?: string): Init<ChatMessage>[] {
  const first = system === undefined ? [] : [{ role: Role.SYSTEM, content: system }];
  if (typeof prompt === "string") return [...first, { role: Role.USER, content: prompt }];
  if (!Array.isArray(prompt)) throw invalidRequest(`messages: must be text or a list, and is ${nameOf(prompt)}`);
  return [...first, ...Array.from(prompt, (message, i) => messageOf(message, `messages[${i}]`))];
}

function messageOf(value: unknown, path: string): Init<ChatMessage> {
  const message = object(value, path);
  if (typeof message["role"] === "number") return message as Init<ChatMessage>; // one of the API's own
  only(message, MESSAGE, path);
  const { content, name, tool_calls: calls, tool_call_id: toolCallId, refusal, annotations, audio } = message;
  const role = typeof message["role"] === "string" ? ROLES[message["role"]] : undefined;
  if (role === undefined) {
    throw invalidRequest(`${path}.role: must be one of ${Object.keys(ROLES).join(", ")}, and is ${shown(message["role"])}`);
  }
  return present({
    role, name, toolCallId, refusal, audio, reasoningContent: message["reasoning_content"],
    ...(Array.isArray(content)
      ? { contentParts: content.map((part, i) => partOf(part, `${path}.content[${i}]`)) } : { content }),
    ...(calls == null ? {} : { toolCalls: list(calls, `${path}.tool_calls`).map(toolCallOf) }),
    ...(annotations == null ? {} : { annotationsJson: list(annotations, `${path}.annotations`).map((each) => JSON.stringify(each)) }),
  });
}

function partOf(value: unknown, path: string): Init<ContentPart> {
  if (typeof value === "string") return { part: { case: "text", value } };
  const part = object(value, path);
  if ("part" in part) return part as Init<ContentPart>;
  const { type } = part;
  const of = <Case extends string>(name: Case, inner: unknown) =>
    ({ part: { case: name, value: inner } }) as unknown as Init<ContentPart>;
  switch (type) {
    case "text":
    case "refusal":
      only(part, ["type", type], path);
      return of(type, part[type]);
    case "image": {
      only(part, ["type", "data", "mimeType", "detail"], path);
      const { data, mimeType, detail } = part;
      if (!(data instanceof Uint8Array)) throw invalidRequest(`${path}.data: must be a Buffer or Uint8Array, and is ${nameOf(data)}`);
      return of("imageUrl", present({ data, mimeType: mimeType ?? imageType(data, path), detail }));
    }
    case "image_url": {
      only(part, ["type", "image_url"], path);
      const image = part["image_url"];
      if (typeof image === "string") return of("imageUrl", { url: image });
      return of("imageUrl", present(only(object(image, `${path}.image_url`), ["url", "detail"], `${path}.image_url`)));
    }
    case "input_audio": {
      only(part, ["type", "input_audio"], path);
      const { data, format } = only(object(part["input_audio"], `${path}.input_audio`), ["data", "format"], `${path}.input_audio`);
      return of("inputAudio", { data: typeof data === "string" ? Buffer.from(data, "base64") : data, format });
    }
    case "file": {
      only(part, ["type", "file"], path);
      const at = `${path}.file`;
      const { file_id: fileId, filename, file_data: data } = only(object(part["file"], at), ["file_id", "filename", "file_data"], at);
      return of("file", present({ fileId, filename, ...(typeof data === "string" ? dataUrl(data, at) : { data }) }));
    }
    default:
      // Of a type that is not known here: it goes on as it is.
      if (typeof type === "string") return of("rawJson", JSON.stringify(part));
      throw invalidRequest(`${path}.type: must be text, image, image_url, input_audio or file, and is ${nameOf(type)}`);
  }
}

const IMAGES: [RegExp, string][] = [
  [/^\x89PNG/, "image/png"], [/^\xff\xd8\xff/, "image/jpeg"], [/^GIF8/, "image/gif"], [/^RIFF....WEBP/s, "image/webp"],
];

function imageType(data: Uint8Array, path: string): string {
  const beginning = Buffer.from(data.subarray(0, 12)).toString("latin1");
  const found = IMAGES.find(([magic]) => magic.test(beginning));
  if (!found) throw invalidRequest(`${path}.mimeType: must be given, these bytes are no PNG, JPEG, GIF or WebP`);
  return found[1];
}

function dataUrl(url: string, path: string): Members {
  const [, mimeType, base64] = /^data:([^;,]*);base64,(.*)$/s.exec(url) ?? [];
  if (base64 === undefined) throw invalidRequest(`${path}.file_data: must be bytes or a base64 data: URL`);
  return { data: Buffer.from(base64, "base64"), mimeType };
}

function toolCallOf(value: unknown): Init<ToolCall> {
  const call = value as Members;
  if (typeof call !== "object" || call === null || "call" in call) return call as Init<ToolCall>;
  const { id, type = "function", function: called } = call;
  if (type !== "function") return { id, call: { case: "rawJson", value: JSON.stringify(call) } } as Init<ToolCall>;
  return { id, call: { case: "function", value: called } } as unknown as Init<ToolCall>;
}

export function toolsOf(tools: readonly PlainTool[]): Init<Tool>[] {
  return list(tools, "tools").map((value, i) => {
    const path = `tools[${i}]`;
    const tool = object(value, path);
    if ("tool" in tool) return tool as Init<Tool>;
    const { type = "function" } = tool;
    if (type !== "function") return { tool: { case: "rawJson", value: JSON.stringify(tool) } };
    const described = "function" in tool ? object(tool["function"], `${path}.function`) : tool;
    const { name, description, parameters, strict } = described;
    if (typeof name !== "string") throw invalidRequest(`${path}.name: must be text, and is ${nameOf(name)}`);
    const parametersJson = parameters == null
      ? undefined : schemaText(parameters as Schema, { path: `${path}.parameters`, io: "input", strict: strict === true });
    return { tool: { case: "function", value: present({ name, description, strict, parametersJson }) } } as unknown as Init<Tool>;
  });
}

export function toolChoiceOf(choice: PlainToolChoice): Init<ToolChoice> {
  if (typeof choice === "string") {
    const mode = CHOICES[choice];
    if (mode === undefined) throw invalidRequest(`toolChoice: must be ${Object.keys(CHOICES).join(", ")} or a function's name`);
    return { choice: { case: "mode", value: mode } };
  }
  const given = object(choice, "toolChoice");
  if ("choice" in given) return given as Init<ToolChoice>;
  const named = "function" in given ? object(given["function"], "toolChoice.function") : given;
  return { choice: { case: "function", value: { name: named["name"] as string } } };
}

function object(value: unknown, path: string): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  throw invalidRequest(`${path}: must be an object, and is ${nameOf(value)}`);
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidRequest(`${path}: must be a list, and is ${nameOf(value)}`);
}

/** The object, which has no other members than these. */
function only(value: Members, names: string[], path: string): Members {
  for (const name of Object.keys(value)) {
    if (!names.includes(name) && value[name] != null) throw invalidRequest(`${path}.${name}: there is no such field`);
  }
  return value;
}

/** Without what is null or undefined. */
function present(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
}

function shown(value: unknown): string {
  return typeof value === "string" ? "another text" : nameOf(value);
}
