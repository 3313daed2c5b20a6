// A session with a model that listens and speaks.
import { type ClientDuplexStream } from "@grpc/grpc-js";
import { cutShort, invalidRequest, toError } from "./errors.js";
import {
  type ConnectRequest, ConnectRequestSchema, type ConnectResponse, type Init, type RealtimeClientEvent,
  type RealtimeCompleted, type RealtimeGoingAway, type RealtimeServerEvent, type RealtimeStart, type UpstreamStarted,
} from "./v1.js";
import { encoded } from "./wire.js";

export const DEFAULT_REALTIME_MODEL = "gpt-realtime";
/** Longer than any provider's session: the gateway and the provider end it before. */
export const REALTIME_TIMEOUT_MS = 7_200_000;

export type RealtimeCall = ClientDuplexStream<Buffer, ConnectResponse>;

/** One event of a session. */
export interface RealtimeEvent {
  message: ConnectResponse;
  /** The upstream's event; undefined: one of the gateway (goingAway), or JSON text (rawJson). */
  event: RealtimeServerEvent | undefined;
  /** response.output_audio.delta, response.done, ...; empty for the gateway's events. */
  type: string;
  /** What this event adds to what the model writes, or to the transcript of what it says. */
  text: string;
  /** What this event adds to what the model says. */
  audio: Uint8Array;
  /** The session will be ended soon, and when. */
  goingAway: RealtimeGoingAway | undefined;
}

const SPOKEN = new Set(["response.output_text.delta", "response.output_audio_transcript.delta"]);
const SILENCE = new Uint8Array();

function toEvent(message: ConnectResponse): RealtimeEvent {
  const event = message.event.case === "serverEvent" ? message.event.value : undefined;
  return {
    message,
    event,
    type: event?.type ?? "",
    text: event && SPOKEN.has(event.type) ? event.delta ?? "" : "",
    audio: event?.audio ?? SILENCE,
    goingAway: message.event.case === "goingAway" ? message.event.value : undefined,
  };
}

/** Send, and loop over it for what the model answers. `end` is the proper end: the loop then runs to
 * `completed`. Leaving the loop cancels. */
export class RealtimeSession implements AsyncIterable<RealtimeEvent> {
  /** Once the upstream has taken the session. */
  started: UpstreamStarted | undefined;
  /** Usage and cost of the whole session, after the loop. */
  completed: RealtimeCompleted | undefined;

  constructor(private readonly call: RealtimeCall, start: Init<RealtimeStart>) {
    call.on("error", () => {}); // the loop learns it, too
    void this.write({ case: "start", value: start });
  }

  /** An event, audio (bytes), or an event as JSON text. Await it: it waits while the network is behind. */
  async send(event: Init<RealtimeClientEvent> | Uint8Array | string): Promise<void> {
    if (typeof event === "string") await this.write({ case: "rawJson", value: event });
    else if (event instanceof Uint8Array) await this.write({ case: "audio", value: event });
    else await this.write({ case: "event", value: event });
  }

  /** The user's words, and the wish for an answer. */
  async say(text: string): Promise<void> {
    const contentParts = [{ type: "input_text", text }];
    await this.send({ type: "conversation.item.create", item: { type: "message", role: "user", contentParts } });
    await this.send({ type: "response.create" });
  }

  /** Nothing more is sent. What the model is saying still comes. */
  end(): void {
    this.call.end();
  }

  /** The loop then ends with CANCELLED. */
  cancel(): void {
    this.call.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RealtimeEvent, void, undefined> {
    try {
      for await (const message of this.call) {
        const { event } = message as ConnectResponse;
        if (event.case === "started") this.started = event.value;
        else if (event.case === "completed") this.completed = event.value;
        else if (event.case !== "heartbeat" && event.case !== undefined) yield toEvent(message as ConnectResponse);
      }
    } catch (error) {
      throw toError(error);
    } finally {
      this.call.cancel(); // without effect on a call that has ended
    }
    if (!this.completed) throw cutShort();
  }

  private write(message: NonNullable<Init<ConnectRequest>["message"]>): Promise<void> {
    const bytes = encoded(ConnectRequestSchema, { message });
    if (this.call.destroyed || this.call.writableEnded) return Promise.reject(invalidRequest("the session has ended"));
    return new Promise((resolve, reject) => {
      this.call.write(bytes, (error?: Error | null) => (error ? reject(toError(error)) : resolve()));
    });
  }
}
