// Batches: any number of requests, worked off within a day at the batch price.
//
// A batch takes longer than any connection lasts: watching and reading results go on by themselves
// when a call ends or breaks, and miss and repeat nothing.
import { status } from "@grpc/grpc-js";
import { setTimeout as sleep } from "node:timers/promises";
import { firstText, responseText, vectorsOf } from "./answering.js";
import { fromRpcStatus, InferwireError } from "./errors.js";
import { saying, textOf } from "./messages.js";
import { costInUsd } from "./money.js";
import { type Batch, Batch_State, type BatchResult, type ChatCompletion, type Image, type ModerationResult, type Response } from "./v1.js";

const MAX_FAILURES = 10; // calls that fail one after the other without bringing anything
const FIRST_PAUSE_MS = 500; // doubled each time
const LONGEST_PAUSE_MS = 30_000;

/** Nothing changes any more. */
export function hasEnded(batch: Batch): boolean {
  return batch.state > Batch_State.CANCELLING;
}

/** The one result of an item: an error, or the answer of its endpoint, read as that endpoint's call gives it. */
export interface BatchItemResult {
  customId: string;
  /** Of a chat, a response or a text completion; empty for others. */
  text: string;
  /** Of chat. */
  completion: ChatCompletion | undefined;
  error: InferwireError | undefined;
  message: BatchResult;
  readonly response: Response | undefined;
  /** Of embeddings, in the order of the item's texts. */
  readonly vectors: number[][];
  /** In the order of the item's texts. */
  readonly moderations: ModerationResult[];
  /** Generated, or edited. */
  readonly images: Image[];
  /** In US dollars, exact; undefined: not priced. */
  readonly cost: string | undefined;
}

export function toItemResult(message: BatchResult): BatchItemResult {
  const { customId, outcome } = message;
  const completion = outcome.case === "chatCompletion" ? outcome.value : undefined;
  const response = outcome.case === "response" ? outcome.value : undefined;
  const error = outcome.case === "error" ? fromRpcStatus(outcome.value) : undefined;
  const text = textOf(completion) || responseText(response) || firstText(outcome.case === "textCompletion" ? outcome.value : undefined);
  return saying({ customId, text, completion, error, message }, {
    response: () => response, cost: () => costInUsd(message.cost),
    vectors: () => vectorsOf(outcome.case === "embedding" ? outcome.value : undefined),
    moderations: () => (outcome.case === "moderation" ? outcome.value.results : []),
    images: () => (outcome.case === "image" ? outcome.value.images : []),
  }) as BatchItemResult;
}

/** Of what may take a day. */
export interface PatientOptions {
  /** For all of it; unset: as long as it takes. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** The messages of streams that follow one another until one comes to its end. start is told how
 * long the next one may take, goesOn may say that none follows. */
export async function* patiently<Message>(
  start: (mostMs: number | undefined) => AsyncIterable<Message>, { timeoutMs, signal }: PatientOptions,
  goesOn: (error: InferwireError) => boolean = () => true,
): AsyncGenerator<Message, void, undefined> {
  const end = timeoutMs === undefined ? undefined : Date.now() + timeoutMs;
  const left = () => (end === undefined ? undefined : Math.max(0, end - Date.now()));
  for (let failures = 0; ; ) {
    try {
      for await (const message of start(left())) {
        failures = 0;
        yield message;
      }
      return;
    } catch (error) {
      if (!(error instanceof InferwireError) || signal?.aborted || left() === 0 || !goesOn(error)) throw error;
      // A stream that the gateway ended in its time is no failure.
      const endedInTime = error.code === status.DEADLINE_EXCEEDED;
      if (!endedInTime && (error.code !== status.UNAVAILABLE || ++failures > MAX_FAILURES)) throw error;
      const pause = endedInTime ? FIRST_PAUSE_MS : error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (failures - 1);
      await sleep(Math.min(pause, LONGEST_PAUSE_MS, left() ?? pause), undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

/** Page after page. */
export async function* pages<Page extends { nextPageToken: string }, Element>(
  next: (pageToken: string) => Promise<Page>, elements: (page: Page) => Element[],
): AsyncGenerator<Element, void, undefined> {
  let pageToken = "";
  do {
    const page = await next(pageToken);
    yield* elements(page);
    pageToken = page.nextPageToken;
  } while (pageToken);
}
