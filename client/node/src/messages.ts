// Requests made from plain values, and what answers say.
import {
  type ChatCompletion, type ChatCompletionParams, type CompleteManyResult, type Cost, type GatewayInfo, type Init, Role,
  type StreamCompleted, type StreamCompleteResponse,
} from "./v1.js";
import { fromRpcStatus, type InferwireError } from "./errors.js";

/** Used by the calls that take text. */
export const DEFAULT_MODEL = "gpt-4.1-mini";

/** The parameters of one user message: the start of most calls. */
export function ask(prompt: string, model: string = DEFAULT_MODEL): Init<ChatCompletionParams> {
  return { model, messages: [{ role: Role.USER, content: prompt }] };
}

/** The text of the first choice, in one string or in parts; what the model refused with, if it refused. */
export function textOf(completion: ChatCompletion | undefined): string {
  const message = completion?.choices[0]?.message;
  if (!message) return "";
  const joined = (name: "text" | "refusal") =>
    message.contentParts.map(({ part }) => (part.case === name ? part.value : "")).join("");
  return message.content ?? (joined("text") || message.refusal || joined("refusal"));
}

/** In millionths of a millionth of a dollar; undefined: not known. Of an answer: gateway?.cost. */
export function costOf(cost: Cost | undefined): bigint | undefined {
  return cost?.totalPicousd;
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
  const choices = event.case === "chunk" ? event.value.choices : [];
  return {
    message,
    text: choices.find(({ index }) => index === 0)?.delta?.content ?? "",
    completed: event.case === "completed" ? event.value : undefined,
  };
}

/** The one answer of an item. An item's error is its result; the others go on. */
export interface ManyResult {
  itemId: string;
  text: string;
  completion: ChatCompletion | undefined;
  error: InferwireError | undefined;
  gateway: GatewayInfo | undefined;
}

export function toResult({ itemId, outcome, gateway }: CompleteManyResult): ManyResult {
  const completion = outcome.case === "completion" ? outcome.value : undefined;
  const error = outcome.case === "error" ? fromRpcStatus(outcome.value) : undefined;
  return { itemId, text: textOf(completion), completion, error, gateway };
}
