// Files on their way to the gateway: read while they are sent, never held whole.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { invalidRequest } from "./errors.js";
import { nameOf } from "./wire.js";

/** A path, a file: URL, bytes, a Blob or File, or a stream of bytes (Node's or the web's). */
export type FileSource = string | URL | Uint8Array | Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface UploadOptions {
  /** Unset: the file's own name. */
  filename?: string | undefined;
  /** Is told how many bytes were sent, and of how many, if that is known. */
  onProgress?: ((sent: number, total: number | undefined) => void) | undefined;
}

export interface Source {
  name: string;
  size: number | undefined;
  /** At most PART_BYTES each. */
  pieces: AsyncIterable<Uint8Array>;
}

const PART_BYTES = 256 * 1024;

/** otherwise: what it is called if it has no name of its own. */
export async function openSource(file: FileSource, name: string | undefined, otherwise: string): Promise<Source> {
  if (file instanceof URL || typeof file === "string") {
    const path = file instanceof URL ? fileURLToPath(file) : file;
    const { size } = await stat(path);
    return { name: name ?? basename(path), size, pieces: read(path) };
  }
  if (file instanceof Uint8Array) return { name: name ?? otherwise, size: file.byteLength, pieces: pieces([file]) };
  if (file instanceof Blob) {
    const own = (file as Blob & { name?: string }).name;
    return { name: name ?? (own || otherwise), size: file.size, pieces: pieces(readAll(file.stream())) };
  }
  if (file instanceof ReadableStream) return { name: name ?? otherwise, size: undefined, pieces: pieces(readAll(file)) };
  if (typeof file === "object" && file !== null && Symbol.asyncIterator in file) {
    const own = (file as { path?: unknown }).path; // of fs.createReadStream
    return { name: name ?? (typeof own === "string" ? basename(own) : otherwise), size: undefined, pieces: pieces(file) };
  }
  throw invalidRequest(`file: must be a path, bytes, a Blob or a stream, and is ${nameOf(file)}`);
}

/** Opened when its first bytes are wanted, and closed with the loop. */
async function* read(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: PART_BYTES });
}

async function* pieces(parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    if (!(part instanceof Uint8Array)) throw invalidRequest(`file: must be a stream of bytes, and has ${nameOf(part)}`);
    for (let at = 0; at < part.byteLength; at += PART_BYTES) yield part.subarray(at, at + PART_BYTES);
  }
}

/** The web's streams are no iterables in every set of types. */
async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
  }
}

/** Tells of what has been sent. */
export async function* withProgress(
  { pieces, size }: Source, onProgress: UploadOptions["onProgress"], before = { sent: 0 }): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    before.sent += piece.byteLength;
    onProgress?.(before.sent, size);
  }
}
