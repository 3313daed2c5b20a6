// Chats: text or plain messages in, answers, streams, typed values and runs of functions out.
import { AnswerError, shortcoming } from "./answer_errors.js";
import { type AnswerOptions, withOptions } from "./call_options.js";
import { MISMATCH } from "./errors.js";
import { Media } from "./media.js";
import { type Answer, type ChatStream, toAnswer, toChatStream } from "./messages.js";
import { messagesOf, type Messages, type PlainTool, type PlainToolChoice, type Prompt, toolChoiceOf, toolsOf } from "./plain.js";
import { checked, type Schema, schemaText, type Typed } from "./schema.js";
import { runRounds, type ToolFunctions, type ToolRun } from "./tools.js";
import {
  type ChatCompletionParams, ChatService, type CompleteRequest, type Init, type StreamCompleteRequest, type StreamCompleteResponse,
} from "./v1.js";

type Given = "$typeName" | "$unknown" | "messages" | "model" | "tools" | "toolChoice" | "seed" | "metadata";

/** Of one call with text or messages: what the call needs, and every parameter of ChatCompletionParams
 * (temperature, maxCompletionTokens, stop, reasoningEffort, ...). `metadata` is gRPC's. */
export type ChatOptions = AnswerOptions & Partial<Omit<Init<ChatCompletionParams>, Given>> & {
  /** Unset: the client's. */
  model?: string | undefined;
  /** The first message. */
  system?: string | undefined;
  tools?: readonly PlainTool[] | undefined;
  toolChoice?: PlainToolChoice | undefined;
  seed?: number | bigint | undefined;
};

/** A value of the wanted type. */
export type Parsed<T> = Answer & { readonly parsed: T };

/** A part of Client, which has the channel. */
export abstract class Chat extends Media {
  /** Text in, text out; messages in, or the typed request, the whole answer out. */
  complete(prompt: string, options?: ChatOptions): Promise<string>;
  complete(messages: Messages, options?: ChatOptions): Promise<Answer>;
  complete(request: Init<CompleteRequest>, options?: AnswerOptions): Promise<Answer>;
  async complete(request: Prompt | Init<CompleteRequest>, options: ChatOptions = {}) {
    if (!isPrompt(request)) return this.answer(request, options);
    const answer = await this.answer({ params: this.params(request, options) }, options);
    return typeof request === "string" ? answer.text : answer;
  }

  /** The call begins with the loop; leaving the loop cancels it, here and upstream. A stream that
   * was cut throws. The next message is read only when the loop asks for it. */
  stream(request: Prompt | Init<StreamCompleteRequest>, options: ChatOptions = {}): ChatStream {
    const method = ChatService.method.streamComplete;
    const isLast = ({ event }: StreamCompleteResponse) => event.case === "completed";
    const messages = async function* (this: Chat) { // what is no request throws in the loop, too
      const parts = isPrompt(request) ? { params: this.params(request, options) } : request;
      yield* this.read(method, withOptions(parts, options), options, isLast);
    };
    return toChatStream(messages.call(this));
  }

  /** An answer of the type that the schema says: of zod, another Standard Schema, or a JSON Schema. Rejects
   * with an AnswerError, which keeps the answer, if the model refuses, is cut off, or says something else. */
  async parse<S extends Schema>(prompt: Prompt, schema: S, options: ChatOptions & { name?: string } = {}): Promise<Parsed<Typed<S>>> {
    const { name = "answer", ...others } = options;
    const schemaJson = schemaText(schema, { path: "schema", io: "output", strict: true });
    const responseFormat = { format: { case: "jsonSchema", value: { name, schemaJson, strict: true } } } as const;
    const answer = await this.answer({ params: this.params(prompt, { ...others, responseFormat }) }, options);
    const fault = shortcoming(answer);
    if (fault) throw fault;
    let value: unknown;
    try {
      value = JSON.parse(answer.text);
    } catch {
      throw new AnswerError(MISMATCH, "the answer is no JSON", answer);
    }
    const result = await checked(schema, value);
    if (result.faults) throw new AnswerError(MISMATCH, "the answer is not what the schema says", answer, { fields: result.faults });
    return Object.defineProperty(answer, "parsed", { value: result.value }) as Parsed<Typed<S>>;
  }

  /** Lets the model call functions, those of one round at the same time, until it answers. After maxRounds
   * (10) answers that are calls it rejects with an AnswerError. timeoutMs is for all of it. */
  async runTools(prompt: Prompt, functions: ToolFunctions, options: ChatOptions & { maxRounds?: number } = {}): Promise<ToolRun> {
    const { maxRounds, timeoutMs: _, signal, metadata, idempotencyKey, maxRetries, ...asked } = options;
    const { messages: history = [], ...params } = this.params(prompt, { ...asked, tools: [...functions, ...(asked.tools ?? [])] });
    return runRounds(
      (messages, each) => this.answer({ params: { ...params, messages } as Init<ChatCompletionParams> }, each), [...history], functions,
      { timeoutMs: this.mostMs(options), signal, metadata, idempotencyKey, maxRetries, ...(maxRounds === undefined ? {} : { maxRounds }) });
  }

  private async answer(request: Init<CompleteRequest>, options: AnswerOptions): Promise<Answer> {
    return toAnswer(await this.unary(ChatService.method.complete, withOptions(request, options), options));
  }

  private params(prompt: Prompt, options: ChatOptions): Init<ChatCompletionParams> {
    const { model = this.model, system, tools, toolChoice, seed, ...others } = options;
    const { timeoutMs: _, signal: __, metadata: ___, idempotencyKey: ____, maxRetries: _____, ...params } = others; // the call's
    return {
      ...params, model, messages: messagesOf(prompt, system),
      ...(tools ? { tools: toolsOf(tools) } : {}),
      ...(toolChoice === undefined ? {} : { toolChoice: toolChoiceOf(toolChoice) }),
      ...(seed === undefined ? {} : { seed: typeof seed === "number" && Number.isInteger(seed) ? BigInt(seed) : seed as bigint }),
    } as Init<ChatCompletionParams>;
  }
}

function isPrompt(request: unknown): request is Prompt {
  return typeof request === "string" || Array.isArray(request);
}
