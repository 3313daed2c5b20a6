// Requests made from plain values, and what answers say.
import { fromRpcStatus, type InferwireError } from "./errors.js";
import { costInUsd } from "./money.js";
import { messagesOf, type Prompt } from "./plain.js";
import {
  type ChatCompletion, type ChatCompletionParams, type ChatMessage, type CompleteManyResult, type CompleteResponse,
  type GatewayInfo, type Init, type StreamCompleted, type StreamCompleteResponse, type Usage,
} from "./v1.js";

/** Used by the calls that take text. */
export const DEFAULT_MODEL = "gpt-4.1-mini";

/** The parameters of one user message, or of plain ones: the start of most calls. */
export function ask(prompt: Prompt, model: string = DEFAULT_MODEL): Init<ChatCompletionParams> {
  return { model, messages: messagesOf(prompt) };
}

/** The text of the first choice, in one string or in parts; what the model refused with, if it refused. */
export function textOf(completion: ChatCompletion | undefined): string {
  const message = completion?.choices[0]?.message;
  return message ? message.content ?? (partsOf(message, "text") || refusalOf(message)) : "";
}

/** What the model refused with; empty: it did not refuse. */
export function refusalOf(message: ChatMessage | undefined): string {
  return message?.refusal || (message ? partsOf(message, "refusal") : "");
}

function partsOf({ contentParts }: ChatMessage, name: "text" | "refusal"): string {
  return contentParts.map(({ part }) => (part.case === name ? part.value : "")).join("");
}

/** What every answer says beside its message. */
export interface Said {
  /** The answer's text; what the model refused with, if it refused. */
  readonly text: string;
  /** In US dollars, exact, e.g. "0.0000124"; undefined: not priced. Text, because a number would round,
   * and JSON and databases take it as it is. costOf gives it as a bigint, to add up. */
  readonly cost: string | undefined;
}

/** A whole answer of a chat. */
export type Answer = CompleteResponse & Said & {
  /** Of the first choice: for the history of what is asked next. */
  readonly message: ChatMessage | undefined;
  readonly usage: Usage | undefined;
};

export function toAnswer(response: CompleteResponse): Answer {
  const { completion } = response;
  return saying(response, {
    text: () => textOf(completion), cost: () => costInUsd(response.gateway?.cost),
    message: () => completion?.choices[0]?.message, usage: () => completion?.usage,
  }) as Answer;
}

/** The object itself, with members that are worked out when they are read, and that no copy and no JSON has. */
export function saying<T extends object>(value: T, members: Record<string, () => unknown>): T {
  for (const [name, get] of Object.entries(members)) Object.defineProperty(value, name, { get, configurable: true });
  return value;
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

/** Loop over it once; it can be asked at any time what has come so far. */
export interface ChatStream extends AsyncGenerator<Event, void, undefined> {
  /** Of the first choice, so far. */
  readonly text: string;
  /** Of the last event, as `usage` and `cost` are; undefined until it has come. */
  readonly completed: StreamCompleted | undefined;
  readonly usage: Usage | undefined;
  /** In US dollars, exact; undefined: not priced, or not over. */
  readonly cost: string | undefined;
}

export function toChatStream(messages: AsyncIterable<StreamCompleteResponse>): ChatStream {
  const texts: string[] = [];
  let completed: StreamCompleted | undefined;
  async function* events(): AsyncGenerator<Event, void, undefined> {
    for await (const message of messages) {
      const event = toEvent(message);
      if (event.text) texts.push(event.text);
      completed ??= event.completed;
      yield event;
    }
  }
  return saying(events(), {
    text: () => texts.join(""), completed: () => completed, usage: () => completed?.usage,
    cost: () => costInUsd(completed?.gateway?.cost),
  }) as ChatStream;
}
