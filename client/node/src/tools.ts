// Functions that the model calls: it asks, they run, it is told what came of it, until it answers.
import { type AnswerOptions } from "./call_options.js";
import { AnswerError } from "./answer_errors.js";
import { invalidOption, invalidRequest, TOO_MANY_ROUNDS } from "./errors.js";
import type { Answer } from "./messages.js";
import { costOf, usd } from "./money.js";
import { checked, type Schema, type Typed } from "./schema.js";
import { type ChatMessage, type Init, Role, type ToolCall, type Usage, UsageSchema } from "./v1.js";
import { whole } from "./wire.js";

/** A function that the model may call. What it gives back is told to the model: text as it is, everything
 * else as JSON. What it throws is told as well, so that the model can try something else. */
export interface ToolFunction<S extends Schema = Schema> {
  name: string;
  description?: string | undefined;
  /** Of its arguments, an object; unset: it has none. Arguments that do not match are the model's error. */
  parameters?: S | undefined;
  /** The model is held to the schema. */
  strict?: boolean | undefined;
  /** signal: aborted when the run's own one is, or its time is over. */
  run(args: Typed<S>, context: { signal: AbortSignal }): unknown;
}

/** The function itself; `run` is typed by its schema. */
export function tool<S extends Schema>(definition: ToolFunction<S>): ToolFunction<S> {
  return definition;
}

export interface ToolRun {
  /** The last answer's text. */
  readonly text: string;
  readonly answer: Answer;
  /** All that was said: what was given, calls, results and the answer. */
  readonly messages: Init<ChatMessage>[];
  /** How often the model was asked. */
  readonly rounds: number;
  /** Of all rounds. */
  readonly usage: Usage;
  /** Of all rounds, in US dollars, exact; undefined: one of them is not priced. */
  readonly cost: string | undefined;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each one's arguments are its own
export type ToolFunctions = readonly ToolFunction<any>[];
type Ask = (messages: Init<ChatMessage>[], options: AnswerOptions) => Promise<Answer>;

/** ask: one round. options: of the whole run. */
export async function runRounds(
  ask: Ask, history: Init<ChatMessage>[], functions: ToolFunctions,
  { maxRounds = 10, timeoutMs, signal, idempotencyKey, ...others }: AnswerOptions & { maxRounds?: number; timeoutMs: number },
): Promise<ToolRun> {
  if (!Number.isInteger(maxRounds) || maxRounds < 1) throw invalidOption("maxRounds: must be a positive integer");
  const known = new Map(functions.map((each) => [each.name, each]));
  if (known.size < functions.length) throw invalidRequest("functions: two of them have one name");
  const end = Date.now() + timeoutMs;
  const messages = [...history];
  const sum = new Sum();
  for (let round = 1; ; ++round) {
    const answer = await ask(messages, {
      ...others, signal, timeoutMs: Math.max(0, end - Date.now()),
      ...(idempotencyKey ? { idempotencyKey: `${idempotencyKey} ${round}` } : {}),
    });
    sum.add(answer);
    const { message } = answer;
    if (message) messages.push(message);
    const calls = message?.toolCalls ?? [];
    if (calls.length === 0) {
      return { text: answer.text, answer, messages, rounds: round, usage: sum.usage(), cost: sum.cost() };
    }
    if (round === maxRounds) {
      throw new AnswerError(TOO_MANY_ROUNDS, `the model still asks for functions after ${round} rounds`, answer, { cost: sum.cost() });
    }
    messages.push(...await withSignal(signal, end, (running) =>
      Promise.all(calls.map((call) => answerTo(call, known, running)))));
  }
}

/** What the model is told of a call. */
async function answerTo(
  { id, call }: ToolCall, known: Map<string, ToolFunction>, signal: AbortSignal): Promise<Init<ChatMessage>> {
  const text = call.case === "function"
    ? await outcome(known.get(call.value.name), call.value.arguments, signal)
    : "Error: there is no such function";
  const content = (text as unknown as { toWellFormed(): string }).toWellFormed(); // not among es2022's types
  return { role: Role.TOOL, content, ...(id === undefined ? {} : { toolCallId: id }) };
}

async function outcome(called: ToolFunction | undefined, text: string, signal: AbortSignal): Promise<string> {
  if (!called) return "Error: there is no such function";
  let args: unknown;
  try {
    args = JSON.parse(text || "{}");
  } catch {
    return "Error: the arguments are no JSON";
  }
  try {
    if (called.parameters) {
      const result = await checked(called.parameters, args);
      if (result.faults) {
        const faults = result.faults.map(({ field, description }) => `${field || "the arguments"}: ${description}`);
        return `Error: ${faults.join("; ")}`;
      }
      args = result.value;
    }
    const result = await called.run(args, { signal });
    return typeof result === "string" ? result : JSON.stringify(result) ?? "null";
  } catch (error) {
    return `Error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Functions that do not heed the signal are not waited for. The next round then says why the run is over. */
async function withSignal<T extends unknown[]>(
  signal: AbortSignal | undefined, end: number, work: (running: AbortSignal) => Promise<T>): Promise<T | []> {
  const running = new AbortController();
  const stop = () => running.abort(signal?.reason);
  const timer = setTimeout(stop, Math.min(Math.max(0, end - Date.now()), 2 ** 31 - 1));
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const ended = new Promise<[]>((resolve) => running.signal.addEventListener("abort", () => resolve([]), { once: true }));
    return running.signal.aborted ? [] : await Promise.race([work(running.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Over all rounds. */
class Sum {
  private picousd: bigint | undefined = 0n;
  private readonly counts = { inputTokens: 0n, outputTokens: 0n, totalTokens: 0n };
  private readonly cached = { cachedTokens: 0n };
  private readonly reasoned = { reasoningTokens: 0n };

  add({ usage, gateway }: Answer): void {
    const cost = costOf(gateway?.cost);
    this.picousd = this.picousd === undefined || cost === undefined ? undefined : this.picousd + cost;
    this.counts.inputTokens += usage?.inputTokens ?? 0n;
    this.counts.outputTokens += usage?.outputTokens ?? 0n;
    this.counts.totalTokens += usage?.totalTokens ?? 0n;
    this.cached.cachedTokens += usage?.inputDetails?.cachedTokens ?? 0n;
    this.reasoned.reasoningTokens += usage?.outputDetails?.reasoningTokens ?? 0n;
  }

  usage(): Usage {
    return whole(UsageSchema, { ...this.counts, inputDetails: this.cached, outputDetails: this.reasoned });
  }

  cost(): string | undefined {
    return this.picousd === undefined ? undefined : usd(this.picousd);
  }
}
