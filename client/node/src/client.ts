// The client: share one, and keep it for the process's life.
//
//   const client = new Client("dns:///inferwire:50051");
//   console.log(await client.complete("Why is the sky blue?"));
//   for await (const event of client.stream("Tell me a story.")) process.stdout.write(event.text);
import type { Writable } from "node:stream";
import type {
  DescMessage, DescMethodClientStreaming, DescMethodServerStreaming, DescMethodUnary, DescService, MessageInitShape, MessageShape,
} from "@bufbuild/protobuf";
import { type CallOptions as GrpcOptions, Client as Channel, type ClientUnaryCall, Metadata, status } from "@grpc/grpc-js";
import { decoded } from "./answers.js";
import { type BatchInput, BatchItems } from "./batch_items.js";
import { type BatchItemResult, hasEnded, pages, type PatientOptions, patiently, toItemResult } from "./batches.js";
import type { CallOptions } from "./call_options.js";
import { Chat } from "./chat.js";
import { channelCredentials, channelOptions, check, environment, type Options, type Tls } from "./channel.js";
import { clientClosed, cutShort, invalidOption, invalidRequest, InferwireError, toError } from "./errors.js";
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from "./gen/grpc/health/v1/health_pb.js";
import { Many, type Items, type ManyOptions } from "./many.js";
import { DEFAULT_MODEL } from "./messages.js";
import { DEFAULT_REALTIME_MODEL, REALTIME_TIMEOUT_MS, RealtimeSession } from "./realtime.js";
import {
  type Batch, BatchesService, type BatchHeader, ChatService, type CompareModelsRequest, type CompareModelsResponse,
  type CreateBatchRequest, type CreateBatchResponse,
  type EstimateRequest, type EstimateResponse, type ExplainRouteRequest, type ExplainRouteResponse, type GetLimitsRequest,
  type GetLimitsResponse, type GetModelResponse,
  type Init, type InvokeRequest, type InvokeResponse, type ListRoutesResponse, type Model, ModelsService, type QueryUsageRequest,
  type QueryUsageResponse, RawService, RealtimeService, type RealtimeSession as RealtimeSettings, type RealtimeStart,
  RoutesService, type StreamInvokeRequest, type StreamInvokeResponse, UsageService,
} from "./v1.js";
import { encoded } from "./wire.js";

/** A method whose requests are bytes already. */
function inBytes<O extends DescMessage>({ parent, name, output }: { parent: DescService; name: string; output: O }) {
  const path = `/${parent.typeName}/${name}`;
  return [path, (bytes: Buffer) => bytes, (bytes: Buffer) => decoded(output, bytes)] as const;
}

interface Cancellable {
  cancel(): void;
}

export class Client extends Chat {
  private readonly channel: Channel;
  /** Of calls whose request is a long stream, which nobody repeats. Where gRPC has a buffer for
   * retries, it takes every message at once and keeps it until the call is answered. */
  private longRequests: Channel | undefined;
  private readonly tls: Tls | undefined;
  private readonly options: Options;
  private closed = false;
  /** Where the calls go, as gRPC is told. */
  readonly target: string;
  /** Of calls with text or messages that name none. */
  readonly model: string;

  /** target: host, host:port, dns:///host:port, https://host:port, unix:/path, ... (README.md). A name
   * with several addresses is used in turn. The network is touched by the first call. What is not given is
   * taken from the environment: INFERWIRE_SERVER, INFERWIRE_MODEL, INFERWIRE_CA and INFERWIRE_API_KEY. */
  constructor(target: string = environment("SERVER") ?? "127.0.0.1:50051", given: Options = {}) {
    super();
    const options = { ...given, bearerToken: given.bearerToken || (environment("API_KEY") ?? "") };
    const checked = check(target, options);
    this.target = checked.target.uri;
    this.model = options.model || (environment("MODEL") ?? DEFAULT_MODEL);
    this.options = options;
    this.tls = checked.tls;
    this.channel = new Channel(this.target, channelCredentials(this.tls), channelOptions(options));
  }

  /** Calls that are running end; later ones are refused with CLIENT_CLOSED. */
  close(): void {
    if (!this.closed) for (const channel of [this.channel, this.longRequests]) channel?.close();
    this.closed = true;
  }

  /** Any number of requests on one stream. Each item is asked for only when it may be sent. */
  completeMany(items: Items, options: CallOptions & ManyOptions = {}): Many {
    checkItems(items);
    return new Many(() => {
      const call = this.channel.makeBidiStreamRequest(
        ...inBytes(ChatService.method.completeMany), this.metadata(options), this.deadline(options));
      const unlink = link(options.signal, call);
      call.on("status", unlink);
      return call;
    }, items, { ...options, model: options.model ?? this.model });
  }

  /** A session with a model that listens and speaks: send events, text and audio, and loop over it for
   * what comes. timeoutMs is for all of it. */
  realtime(start: string | Init<RealtimeStart> = DEFAULT_REALTIME_MODEL,
           options: CallOptions & { session?: Init<RealtimeSettings> } = {}): RealtimeSession {
    const { session, ...others } = { timeoutMs: REALTIME_TIMEOUT_MS, ...options };
    const parts = typeof start === "string" ? { model: start, ...(session ? { session } : {}) } : start;
    const call = this.channel.makeBidiStreamRequest(
      ...inBytes(RealtimeService.method.connect), this.metadata(others), this.deadline(others));
    const unlink = link(others.signal, call);
    call.on("status", unlink);
    return new RealtimeSession(call, parts);
  }

  /** Any path that the server allows. An HTTP error status is a value here, not an error. */
  async invoke(request: Init<InvokeRequest>, options: CallOptions = {}): Promise<InvokeResponse> {
    return this.unary(RawService.method.invoke, request, options);
  }

  async *streamInvoke(request: Init<StreamInvokeRequest>,
                      options: CallOptions = {}): AsyncGenerator<StreamInvokeResponse, void, undefined> {
    const isLast = ({ message }: StreamInvokeResponse) => message.case === "completed";
    yield* this.read(RawService.method.streamInvoke, request, options, isLast);
  }

  /** An item is what the call of its endpoint takes: text, messages, parameters, a BatchItem in parts, or a line of a
   * batch file. All are of one endpoint: the header's, else the first one's. With a requestId in the header, the same
   * items may be sent again after any failure: there will be one batch. */
  async createBatch(items: Iterable<BatchInput> | AsyncIterable<BatchInput>, header: Init<BatchHeader> = {},
                    options: CallOptions = {}): Promise<CreateBatchResponse> {
    checkItems(items);
    const { model } = this;
    const messages = async function* (): AsyncGenerator<Init<CreateBatchRequest>> {
      let made: BatchItems | undefined;
      for await (const item of items) {
        if (!made) {
          made = new BatchItems(header, item, model);
          yield { message: { case: "header", value: made.header } };
        }
        yield { message: { case: "item", value: made.make(item) } };
      }
      if (!made) yield { message: { case: "header", value: header } };
    };
    return this.send(BatchesService.method.createBatch, messages(), options);
  }

  async getBatch(batchId: string, options: CallOptions = {}): Promise<Batch> {
    return (await this.look(BatchesService.method.getBatch, { batchId }, options)).batch!;
  }

  /** The youngest first. */
  listBatches(options: CallOptions = {}): AsyncGenerator<Batch, void, undefined> {
    return pages(
      (pageToken) => this.look(BatchesService.method.listBatches, { pageToken }, options),
      ({ batches }) => batches);
  }

  /** Items that are done keep their results. */
  async cancelBatch(batchId: string, options: CallOptions = {}): Promise<Batch> {
    return (await this.look(BatchesService.method.cancelBatch, { batchId }, options)).batch!;
  }

  /** Of a batch that has ended: its items, its results, and its files at the upstream. */
  async deleteBatch(batchId: string, options: CallOptions = {}): Promise<void> {
    await this.look(BatchesService.method.deleteBatch, { batchId }, options);
  }

  /** The batch as it is, then at each change, until it has ended. */
  async *watchBatch(batchId: string, options: PatientOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const start = (timeoutMs: number | undefined) => this.read(
      BatchesService.method.watchBatch, { batchId }, { ...options, timeoutMs },
      ({ event }) => event.case === "batch" && hasEnded(event.value));
    for await (const { event } of patiently(start, options)) {
      if (event.case === "batch") yield event.value;
    }
  }

  /** Each result exactly once, from offset on (message.nextOffset of the last one that is here
   * already). It stays until the batch has ended. */
  async *batchResults(batchId: string,
                      options: PatientOptions & { offset?: bigint } = {}): AsyncGenerator<BatchItemResult, void, undefined> {
    let offset = options.offset ?? 0n;
    const start = (timeoutMs: number | undefined) => this.read(
      BatchesService.method.streamBatchResults, { batchId, offset, follow: true },
      { ...options, timeoutMs }, ({ event }) => event.case === "end");
    for await (const { event } of patiently(start, options)) {
      if (event.case !== "result") continue;
      offset = event.value.nextOffset;
      yield toItemResult(event.value);
    }
  }

  /** filter and orderBy: see ListModelsRequest. */
  listModels({ filter = "", orderBy = "" } = {}, options: CallOptions = {}): AsyncGenerator<Model, void, undefined> {
    const page = (pageToken: string) => this.look(
      ModelsService.method.listModels, { pageToken, filter, orderBy }, options);
    return pages(page, ({ models }) => models);
  }

  /** By id, snapshot or alias. */
  async getModel(modelId: string, options: CallOptions = {}): Promise<GetModelResponse> {
    return this.look(ModelsService.method.getModel, { modelId }, options);
  }

  async compareModels(request: Init<CompareModelsRequest>,
                      options: CallOptions = {}): Promise<CompareModelsResponse> {
    return this.look(ModelsService.method.compareModels, request, options);
  }

  /** Counts, prices and checks a request; sends nothing. */
  async estimate(request: Init<EstimateRequest>, options: CallOptions = {}): Promise<EstimateResponse> {
    return this.look(ModelsService.method.estimate, request, options);
  }

  /** One route, or all, with how their targets are. */
  async listRoutes(name = "", options: CallOptions = {}): Promise<ListRoutesResponse> {
    return this.look(RoutesService.method.listRoutes, { name }, options);
  }

  /** Where a request would go now, and why; sends nothing. */
  async explainRoute(request: Init<ExplainRouteRequest>, options: CallOptions = {}): Promise<ExplainRouteResponse> {
    return this.look(RoutesService.method.explainRoute, request, options);
  }

  /** Who the gateway takes the caller for, and what is left of its limits. */
  async getLimits(request: Init<GetLimitsRequest> = {}, options: CallOptions = {}): Promise<GetLimitsResponse> {
    return this.look(UsageService.method.getLimits, request, options);
  }

  /** What was used and what it cost: one page; its nextPageToken is for the next one. */
  async queryUsage(request: Init<QueryUsageRequest>, options: CallOptions = {}): Promise<QueryUsageResponse> {
    return this.look(UsageService.method.queryUsage, request, options);
  }

  /** "" asks for the server as a whole. */
  async health(service = "", options: CallOptions = {}): Promise<keyof typeof ServingStatus> {
    try {
      const { status } = await this.look(Health.method.check, { service }, options);
      return (ServingStatus[status] ?? "UNKNOWN") as keyof typeof ServingStatus;
    } catch (error) {
      if (error instanceof InferwireError && error.code === status.NOT_FOUND) return "SERVICE_UNKNOWN";
      throw error;
    }
  }

  /** What every call begins with. */
  private metadata({ metadata = {} }: CallOptions): Metadata {
    if (this.closed) throw clientClosed();
    const all = new Metadata();
    for (const [name, value] of Object.entries(metadata)) all.set(name, value);
    if (this.options.bearerToken) all.set("authorization", `Bearer ${this.options.bearerToken}`);
    return all;
  }

  protected mostMs({ timeoutMs }: CallOptions): number {
    const most = timeoutMs ?? this.options.timeoutMs ?? 600_000;
    if (typeof most !== "number" || !(most >= 0)) throw invalidOption("timeoutMs: must be a number of milliseconds");
    return most;
  }

  private deadline(options: CallOptions): GrpcOptions {
    return { deadline: Date.now() + this.mostMs(options) };
  }

  /** A call that only reads. */
  protected look<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, options: CallOptions): Promise<MessageShape<O>> {
    const timeoutMs = options.timeoutMs ?? this.options.readTimeoutMs ?? 30_000;
    return this.unary(method, request, { ...options, timeoutMs });
  }

  protected async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, options: CallOptions): Promise<MessageShape<O>> {
    const bytes = encoded(method.input, request);
    return new Promise((resolve, reject) => {
      const call: ClientUnaryCall = this.channel.makeUnaryRequest(
        ...inBytes(method), bytes, this.metadata(options), this.deadline(options), (error, response) => {
          unlink();
          if (error || response === undefined) reject(toError(error ?? cutShort()));
          else resolve(response);
        });
      const unlink = link(options.signal, call);
    });
  }

  protected async send<I extends DescMessage, O extends DescMessage>(
    method: DescMethodClientStreaming<I, O>, messages: AsyncIterable<MessageInitShape<I>>,
    options: CallOptions): Promise<MessageShape<O>> {
    const metadata = this.metadata(options);
    // What is no request, or no file, is known before there is a call.
    const iterator = messages[Symbol.asyncIterator]();
    let next = await iterator.next();
    let bytes = next.done ? undefined : encoded(method.input, next.value);
    return new Promise((resolve, reject) => {
      this.longRequests ??= new Channel(this.target, channelCredentials(this.tls),
                                        { ...channelOptions(this.options), "grpc.per_rpc_retry_buffer_size": 0 });
      let ended = false;
      const call = this.longRequests.makeClientStreamRequest(
        ...inBytes(method), metadata, this.deadline(options), (error, response) => {
          ended = true;
          unlink();
          if (error || response === undefined) reject(toError(error ?? cutShort()));
          else resolve(response);
        });
      const unlink = link(options.signal, call);
      const feed = async () => {
        try {
          while (bytes && !ended) {
            if (!call.write(bytes) && !call.destroyed) await drained(call);
            if (ended) return;
            next = await iterator.next();
            bytes = next.done ? undefined : encoded(method.input, next.value);
          }
          call.end();
        } finally {
          await iterator.return?.();
        }
      };
      feed().catch((error: unknown) => {
        reject(error); // it belongs to whoever gave the messages
        call.cancel();
      });
    });
  }

  protected async *read<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>, request: MessageInitShape<I>, options: CallOptions,
    isLast: ((message: MessageShape<O>) => boolean) | undefined) {
    const call = this.channel.makeServerStreamRequest(
      ...inBytes(method), encoded(method.input, request), this.metadata(options), this.deadline(options));
    call.on("error", () => {}); // the loop below learns it, too
    const unlink = link(options.signal, call);
    let complete = isLast === undefined;
    try {
      for await (const message of call) {
        complete ||= isLast!(message as MessageShape<O>);
        yield message as MessageShape<O>;
      }
    } catch (error) {
      throw toError(error);
    } finally {
      unlink();
      call.cancel(); // without effect on a call that has ended
    }
    if (!complete) throw cutShort();
  }
}

/** One text is iterable, too, and would be asked letter by letter. */
function checkItems(items: unknown): void {
  const iterable = typeof items === "object" && items !== null && (Symbol.iterator in items || Symbol.asyncIterator in items);
  if (!iterable) throw invalidRequest("items: must be a list or another iterable");
}

/** Resolves when there is room again, or nobody to write to. */
function drained(call: Writable): Promise<void> {
  const events = ["drain", "close", "error", "status"];
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) call.off(event, done);
      resolve();
    };
    for (const event of events) call.on(event, done);
  });
}

/** Cancels the call when the signal says so; the returned function ends that. */
function link(signal: AbortSignal | undefined, call: Cancellable): () => void {
  if (!signal) return () => {};
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  return () => signal.removeEventListener("abort", cancel);
}
