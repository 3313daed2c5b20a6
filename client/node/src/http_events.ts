// Server-sent events as they stand in an HTTP body, and whether the last one of them has come: a connection
// that is closed too early looks as if everything had come.
import type { ServerSentEvent } from "./v1.js";

interface Ending {
  /** What is told of each event but [DONE]. */
  see(event: Event): void;
  reached(): boolean;
}

type Event = { type?: unknown; error?: unknown; choices?: { index?: number; finish_reason?: unknown }[] };

/** Every choice has its finish_reason. */
function ofChoices(): Ending {
  const open = new Set<number>();
  let finished = 0;
  return {
    see({ choices }) {
      for (const { index = 0, finish_reason: reason } of Array.isArray(choices) ? choices : []) {
        if (reason == null) open.add(index);
        else finished += Number(open.delete(index) || 1);
      }
    },
    reached: () => finished > 0 && open.size === 0,
  };
}

/** An event of one of these types has come. */
function ofTypes(types: RegExp): Ending {
  let reached = false;
  return {
    see({ type }) {
      reached ||= typeof type === "string" && types.test(type);
    },
    reached: () => reached,
  };
}

const ENDINGS: [RegExp, () => Ending][] = [
  [/\/completions$/, ofChoices],
  [/\/responses(\/[^/]+)?$/, () => ofTypes(/^(response\.(completed|failed|incomplete|cancelled)|error)$/)],
  [/\/images\/(generations|edits)$/, () => ofTypes(/\.completed$|^error$/)],
  [/\/audio\/(speech|transcriptions)$/, () => ofTypes(/\.done$|^error$/)],
];

export class EventWriter {
  private readonly ending: Ending | undefined;
  private done = false;

  constructor(path: string, contentType: string) {
    if (/^text\/event-stream/i.test(contentType)) this.ending = ENDINGS.find(([paths]) => paths.test(path))?.[1]();
  }

  /** Nothing is missing, as far as that can be known. */
  get ended(): boolean {
    return this.done || !this.ending || this.ending.reached();
  }

  bytes({ event, id, data }: ServerSentEvent): Buffer {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
    this.see(text);
    const head = (event ? `event: ${event}\n` : "") + (id ? `id: ${id}\n` : "");
    return Buffer.from(`${head}${text.split("\n").map((line) => `data: ${line}\n`).join("")}\n`);
  }

  private see(text: string): void {
    if (!this.ending || this.done) return;
    if (text === "[DONE]") this.done = true;
    else {
      try {
        const event = JSON.parse(text) as Event | null;
        this.done ||= event?.error != null; // the SDK's error
        if (event) this.ending.see(event);
      } catch {
        // It is the SDK's to say so.
      }
    }
  }
}
