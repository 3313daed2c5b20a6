// Many independent requests over one stream, with a bounded number in flight.
import { type ClientDuplexStream, status } from "@grpc/grpc-js";
import { cutShort, InferwireError, toError } from "./errors.js";
import { ask, type ManyResult, toResult } from "./messages.js";
import type { Messages } from "./plain.js";
import {
  type CallOptions as GatewayOptions, type ChatCompletionParams, ChatCompletionParamsSchema, type CompleteManyChunk,
  type CompleteManyItem, CompleteManyItemSchema, type CompleteManyRequest, CompleteManyRequestSchema,
  type CompleteManyResponse, type CompleteManyResult, type CompleteManySummary, type Init,
} from "./v1.js";
import { encoded, whole } from "./wire.js";

/** Text, messages and parameters get their position as itemId. */
export type Item = string | Messages | Init<ChatCompletionParams> | Init<CompleteManyItem>;
export type Items = Iterable<Item> | AsyncIterable<Item>;

export interface ManyOptions {
  /** Of items that are text or messages; unset: the client's. */
  model?: string | undefined;
  /** Items running at the same time; 0: the server's limit, which also caps it. */
  maxInFlight?: number;
  /** Brings every item's chunks as they come, to onChunk. */
  streamChunks?: boolean;
  /** Of items that have none. */
  defaultOptions?: Init<GatewayOptions>;
  onProgress?: (progress: Progress) => void;
  onChunk?: (chunk: CompleteManyChunk) => void;
}

export interface Progress {
  sent: number;
  succeeded: number;
  /** Cancelled ones are not counted here. */
  failed: number;
  cancelled: number;
  inFlight: number;
  /** What the server granted. */
  maxInFlight: number;
}

export type ManyCall = ClientDuplexStream<Buffer, CompleteManyResponse>;

function toItem(value: Item, position: number, model: string | undefined): CompleteManyItem {
  if (typeof value === "string" || Array.isArray(value)) value = ask(value as string | Messages, model);
  if (typeof value === "object" && value !== null && "itemId" in value) return whole(CompleteManyItemSchema, value);
  const params = whole(ChatCompletionParamsSchema, value as Init<ChatCompletionParams>);
  return whole(CompleteManyItemSchema, { itemId: String(position), params });
}

/** Results as they end: loop over it once. Leaving the loop cancels what is running. If the stream
 * itself breaks, the error names in `unfinished` every item that was sent and not answered. */
export class Many implements AsyncIterable<ManyResult> {
  /** The server's own count, after the loop. */
  summary: CompleteManySummary | undefined;
  private state: Progress = { sent: 0, succeeded: 0, failed: 0, cancelled: 0, inFlight: 0, maxInFlight: 0 };
  // An id may be there twice: to find that out is the server's part.
  private readonly open = new Map<string, number>();
  private wakeFeeder: (() => void) | undefined;
  private closed = false;
  private producerError: unknown;
  private call: ManyCall | undefined;

  constructor(private readonly start: () => ManyCall, private readonly items: Items,
              private readonly options: ManyOptions) {}

  get progress(): Progress {
    return { ...this.state };
  }

  /** The item's result will be CANCELLED, unless it was answered already. */
  cancelItem(itemId: string): void {
    if (this.closed || !this.open.get(itemId)) return;
    this.send({ case: "cancel", value: { itemId } });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ManyResult, void, undefined> {
    const call = this.start();
    this.call = call;
    call.on("error", () => {}); // the loop below learns it, too
    const { maxInFlight = 0, streamChunks = false, defaultOptions } = this.options;
    this.send({ case: "config", value: { maxInFlight, streamChunks, defaultOptions } });
    void this.feed();
    try {
      for await (const message of call) {
        const result = this.onMessage(message as CompleteManyResponse);
        if (result) yield toResult(result);
      }
    } catch (error) {
      if (this.producerError !== undefined) throw this.producerError;
      const failure = toError(error);
      if (failure instanceof InferwireError) failure.unfinished = this.unfinished();
      throw failure;
    } finally {
      this.closed = true;
      this.wake();
      call.cancel(); // without effect on a call that has ended
    }
    if (!this.summary) throw cutShort(this.unfinished());
  }

  private send(message: NonNullable<Init<CompleteManyRequest>["message"]>): void {
    // What gRPC has to buffer is bounded by what may be in flight.
    this.call?.write(encoded(CompleteManyRequestSchema, { message }));
  }

  private async feed(): Promise<void> {
    try {
      const items = Symbol.asyncIterator in this.items
        ? this.items[Symbol.asyncIterator]() : this.items[Symbol.iterator]();
      for (let position = 0; await this.mayAsk(); ++position) {
        const next = await items.next();
        if (next.done) break;
        const item = toItem(next.value, position, this.options.model);
        this.open.set(item.itemId, (this.open.get(item.itemId) ?? 0) + 1);
        this.state.sent++;
        this.state.inFlight++;
        if (!this.closed) this.send({ case: "item", value: item });
      }
    } catch (error) {
      this.producerError = error;
      this.call?.cancel();
      return;
    }
    // Half-closing only after the last answer keeps the way for cancels open.
    while (!this.closed && this.state.inFlight > 0) await this.change();
    if (!this.closed) this.call?.end();
  }

  private async mayAsk(): Promise<boolean> {
    while (!this.closed && this.state.inFlight >= this.state.maxInFlight) await this.change();
    return !this.closed;
  }

  private change(): Promise<void> {
    return new Promise((resolve) => (this.wakeFeeder = resolve));
  }

  private wake(): void {
    this.wakeFeeder?.();
    this.wakeFeeder = undefined;
  }

  private onMessage({ event }: CompleteManyResponse): CompleteManyResult | undefined {
    switch (event.case) {
      case "ready":
        this.state.maxInFlight = Math.max(event.value.maxInFlight, 1);
        break;
      case "chunk":
        this.options.onChunk?.(event.value);
        break;
      case "summary":
        this.summary = event.value;
        break;
      case "result":
        this.count(event.value);
        this.options.onProgress?.(this.progress);
        break;
    }
    this.wake();
    return event.case === "result" ? event.value : undefined;
  }

  private count({ itemId, outcome }: CompleteManyResult): void {
    const open = this.open.get(itemId) ?? 0;
    if (open > 0) {
      this.state.inFlight--;
      if (open > 1) this.open.set(itemId, open - 1);
      else this.open.delete(itemId);
    }
    if (outcome.case !== "error") this.state.succeeded++;
    else if (outcome.value.code === status.CANCELLED) this.state.cancelled++;
    else this.state.failed++;
  }

  private unfinished(): string[] {
    return [...this.open].flatMap(([id, count]) => Array<string>(count).fill(id)).sort();
  }
}
