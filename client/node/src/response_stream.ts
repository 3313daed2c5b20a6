// A streamed response: its events, what has come so far, and how to go on when its connection breaks.
import { status } from "@grpc/grpc-js";
import { patiently } from "./batches.js";
import { InferwireError, notResumable } from "./errors.js";
import {
  type Init, type Response, type ResponseEvent as UpstreamEvent, type ResponseStreamCompleted, type StreamResponseRequest,
  StreamResponseRequestSchema, type StreamResponseResponse,
} from "./v1.js";
import { whole } from "./wire.js";

/** One event of a streamed response. */
export interface ResponseEvent {
  message: StreamResponseResponse;
  /** The upstream's event; undefined: one of the gateway (started, completed, heartbeat). */
  event: UpstreamEvent | undefined;
  /** response.output_text.delta, ...; empty for the gateway's events. */
  type: string;
  /** What this event adds to the answer's text; empty for all other events. */
  text: string;
  /** The last event's id, status, usage and gateway info. */
  completed: ResponseStreamCompleted | undefined;
}

export function toResponseEvent(message: StreamResponseResponse): ResponseEvent {
  const event = message.event.case === "responseEvent" ? message.event.value : undefined;
  return {
    message,
    event,
    type: event?.type ?? "",
    text: event?.type === "response.output_text.delta" ? event.delta ?? "" : "",
    completed: message.event.case === "completed" ? message.event.value : undefined,
  };
}

// After these nothing follows but the stream's end.
const FINAL = new Set(["response.completed", "response.incomplete", "response.failed", "response.cancelled"]);

/** Begins one stream. */
export type Start = (request: StreamResponseRequest, timeoutMs: number) => AsyncIterable<StreamResponseResponse>;

/** What has come of one response, over any number of streams. */
class Reception {
  responseId = "";
  upstream = "";
  /** Number of the last event that has come. */
  last: bigint | undefined;
  texts: string[] = [];
  response: Response | undefined;
  private started = false;
  private uncounted = false;
  /** It goes on at the upstream without us. */
  private readonly lasting: boolean;

  constructor(private readonly request: StreamResponseRequest) {
    const { params, resume } = request;
    this.lasting = resume !== undefined || params?.background === true;
    this.responseId = resume?.responseId ?? "";
    this.upstream = resume?.upstream ?? "";
    this.last = resume?.startingAfter;
  }

  /** False: it has come before, from the stream before. */
  take({ message, event, text }: ResponseEvent): boolean {
    if (message.event.case === "started") {
      this.upstream ||= message.event.value.gateway?.upstream ?? "";
      const first = !this.started;
      this.started = true;
      return first;
    }
    if (!event) return true;
    const { sequenceNumber: number, response } = event;
    if (number === undefined) this.uncounted = true;
    else if (this.last !== undefined && number <= this.last) return false;
    else this.last = number;
    if (response) this.responseId = response.id || this.responseId;
    if (response && FINAL.has(event.type)) this.response = response;
    this.texts.push(text);
    return true;
  }

  canGoOn(): boolean {
    return this.responseId !== "" && !this.uncounted;
  }

  /** Whether the client goes on by itself; `patiently` says after which errors and for how long. */
  goesOnAfter({ code }: InferwireError): boolean {
    return this.lasting && this.canGoOn() && code !== status.CANCELLED && this.response === undefined;
  }

  /** What brings the events behind the last one. */
  resumption(): StreamResponseRequest {
    const { options, heartbeatInterval } = this.request;
    const { responseId, upstream, last: startingAfter } = this;
    return whole(StreamResponseRequestSchema, {
      resume: { responseId, upstream, ...(startingAfter === undefined ? {} : { startingAfter }) },
      // The key is the first request's.
      ...(options ? { options: { ...options, idempotencyKey: "" } } : {}),
      ...(heartbeatInterval ? { heartbeatInterval } : {}),
    });
  }
}

/** Loop over it once; the call begins with the loop, and leaving the loop cancels it (a response in
 * the background goes on at the upstream). `text`, `response` and the others say what has come so far. */
export class ResponseStream implements AsyncIterable<ResponseEvent> {
  private readonly first: StreamResponseRequest;
  private readonly reception: Reception;

  /** Made by Client.streamResponse. */
  constructor(private readonly start: Start, request: Init<StreamResponseRequest>,
              private readonly limits: { timeoutMs: number; signal: AbortSignal | undefined }, reception?: Reception) {
    this.first = whole(StreamResponseRequestSchema, request);
    this.reception = reception ?? new Reception(this.first);
  }

  /** The answer's text. */
  get text(): string {
    return this.reception.texts.join("");
  }

  /** The whole response, once it has ended. */
  get response(): Response | undefined {
    return this.reception.response;
  }

  get responseId(): string {
    return this.reception.responseId;
  }

  /** Where to go on: see Client.resumeResponse. */
  get lastSequenceNumber(): bigint | undefined {
    return this.reception.last;
  }

  /** The stream behind the last event that has come, after an error or a loop that was left; its
   * `text` begins with what has come before. */
  resume(): ResponseStream {
    if (!this.reception.canGoOn()) throw notResumable();
    return new ResponseStream(this.start, this.reception.resumption(), this.limits, this.reception);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ResponseEvent, void, undefined> {
    let request = this.first;
    const start = (mostMs: number | undefined) => this.start(request, mostMs ?? this.limits.timeoutMs);
    const goesOn = (error: InferwireError) => {
      const goes = this.reception.goesOnAfter(error);
      if (goes) request = this.reception.resumption();
      return goes;
    };
    for await (const message of patiently(start, this.limits, goesOn)) {
      const event = toResponseEvent(message);
      if (this.reception.take(event)) yield event;
    }
  }
}
