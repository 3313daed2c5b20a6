// Server-sent events as they stand in an HTTP body, and whether the last one of them has come: a connection
// that is closed too early looks as if everything had come.
import type { ServerSentEvent } from "./v1.js";

interface Ending {
  /** What is told of each event but [DONE], which alone is no end. */
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
  private failed = false;
  // [DONE], behind which the SDK reads nothing: it may have that only once all is well.
  private last: Buffer | undefined;

  constructor(path: string, contentType: string) {
    if (/^text\/event-stream/i.test(contentType)) this.ending = ENDINGS.find(([paths]) => paths.test(path))?.[1]();
  }

  /** Nothing is missing, as far as that can be known. */
  get ended(): boolean {
    return this.failed || !this.ending || this.ending.reached();
  }

  /** What is kept until the end is nothing for now. */
  bytes({ event, id, data }: ServerSentEvent): Buffer | undefined {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
    const head = (event ? `event: ${event}\n` : "") + (id ? `id: ${id}\n` : "");
    const written = Buffer.from(`${head}${text.split("\n").map((line) => `data: ${line}\n`).join("")}\n`);
    if (this.ending && text === "[DONE]") {
      this.last = written;
      return undefined;
    }
    this.see(text);
    return written;
  }

  /** What was kept, once. */
  takeLast(): Buffer | undefined {
    const { last } = this;
    this.last = undefined;
    return last;
  }

  private see(text: string): void {
    if (!this.ending || this.failed) return;
    try {
      const event = JSON.parse(text) as Event | null;
      this.failed = event?.error != null; // the SDK's error
      if (event) this.ending.see(event);
    } catch {
      // It is the SDK's to say so.
    }
  }
}
