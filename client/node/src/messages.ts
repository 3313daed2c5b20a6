// Requests made from plain values, and what answers say.
import {
  type ChatCompletion, type ChatCompletionParams, type CompleteManyResult, type DeepPartial,
  type GatewayInfo, Role, type StreamCompleted, type StreamCompleteResponse,
} from "./v1.js";
import { fromRpcStatus, type LlmgateError } from "./errors.js";

/** Used by the calls that take text. */
export const DEFAULT_MODEL = "gpt-4.1-mini";

/** The parameters of one user message: the start of most calls. */
export function ask(prompt: string, model: string = DEFAULT_MODEL): DeepPartial<ChatCompletionParams> {
  return { model, messages: [{ role: Role.USER, content: prompt }] };
}

/** The text of the first choice; what the model refused with, if it refused. */
export function textOf(completion: ChatCompletion | undefined): string {
  const message = completion?.choices[0]?.message;
  return message?.content ?? message?.refusal ?? "";
}

/** One event of a streamed completion. */
export interface Event {
  message: StreamCompleteResponse;
  /** What this event adds to the text of the first choice; empty for all other events. */
  text: string;
  /** The last event's usage, gateway info and, if asked for, whole answer. */
  completed: StreamCompleted | undefined;
}

export function toEvent(message: StreamCompleteResponse): Event {
  const event = message.event;
  const choices = event?.$case === "chunk" ? event.value.choices : [];
  return {
    message,
    text: choices.find(({ index }) => index === 0)?.delta?.content ?? "",
    completed: event?.$case === "completed" ? event.value : undefined,
  };
}

/** The one answer of an item. An item's error is its result; the others go on. */
export interface ManyResult {
  itemId: string;
  text: string;
  completion: ChatCompletion | undefined;
  error: LlmgateError | undefined;
  gateway: GatewayInfo | undefined;
}

export function toResult({ itemId, outcome, gateway }: CompleteManyResult): ManyResult {
  const completion = outcome?.$case === "completion" ? outcome.value : undefined;
  const error = outcome?.$case === "error" ? fromRpcStatus(outcome.value) : undefined;
  return { itemId, text: textOf(completion), completion, error, gateway };
}

/** A whole message from parts of it. Fields that this version does not know stay: a message that
 * was received and goes back as history is the same as before. */
export function whole<T>(kind: { fromPartial(parts: DeepPartial<T>): T }, parts: NoInfer<DeepPartial<T>>): T {
  const message = kind.fromPartial(parts);
  keepUnknownFields(parts, message);
  return message;
}

type Node = Record<string, unknown>;

function keepUnknownFields(from: unknown, to: unknown): void {
  if (!isNode(from) || !isNode(to)) return;
  for (const [name, value] of Object.entries(from)) {
    if (name === "_unknownFields") to[name] = value;
    else keepUnknownFields(value, to[name]);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Date);
}
