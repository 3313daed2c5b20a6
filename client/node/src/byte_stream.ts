// Bytes as they come, to be looped over or saved.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Loop over its bytes once, or save them. The call begins with that; leaving the loop cancels it, here and
 * upstream. What was cut throws. */
export abstract class ByteStream implements AsyncIterable<Uint8Array> {
  abstract [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined>;

  /** Writes all of it; the number of bytes. What was cut leaves no file, and no other one of that name. */
  async save(path: string): Promise<number> {
    const partial = `${path}.part`;
    let size = 0;
    const counted = async function* (this: ByteStream) {
      for await (const piece of this) {
        size += piece.byteLength;
        yield piece;
      }
    };
    try {
      await pipeline(counted.call(this), createWriteStream(partial));
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    return size;
  }

  /** All of it, in memory. */
  async bytes(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}
