// Files at an upstream: up and down while they are read and written, of any size.
import { pages, patiently, type PatientOptions } from "./batches.js";
import { ByteStream } from "./byte_stream.js";
import type { CallOptions } from "./call_options.js";
import { cutShort } from "./errors.js";
import { Services } from "./services.js";
import { type FileSource, openSource, type UploadOptions, withProgress } from "./sources.js";
import {
  type DownloadFileResponse, durationFromMs, type File, FilesService, type Init, type UploadFileHeader, type UploadFileRequest,
} from "./v1.js";

/** upstream: unset = the default one. */
type Where = { upstream?: string | undefined };

/** Of an upload. */
export type UploadFileOptions = CallOptions & UploadOptions & Where & {
  /** What the upstream allows: batch, fine-tune, user_data (if unset), ... */
  purpose?: string | undefined;
  /** In hexadecimal digits: an upload that is something else is refused. */
  sha256?: string | undefined;
  expiresAfterMs?: number | undefined;
};

/** A file's bytes. If the connection breaks, it goes on where it was. */
export class Download extends ByteStream {
  /** Of the whole file, once the first bytes are here and if the upstream says it. */
  size: number | undefined;
  filename: string | undefined;

  /** Made by Client.downloadFile. */
  constructor(private readonly start: (offset: bigint, timeoutMs: number | undefined) => AsyncIterable<DownloadFileResponse>,
              private readonly options: PatientOptions & { offset?: number; onProgress?: UploadOptions["onProgress"] }) {
    super();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let at = this.options.offset ?? 0;
    for await (const { message } of patiently((most) => this.start(BigInt(at), most), this.options)) {
      if (message.case === "started") {
        this.filename ??= message.value.filename;
        if (message.value.sizeBytes !== undefined) this.size = Number(message.value.sizeBytes);
      } else if (message.case === "data") {
        at += message.value.byteLength;
        this.options.onProgress?.(at, this.size);
        yield message.value;
      } else if (message.case === "completed" && Number(message.value.sizeBytes) !== at) {
        throw cutShort();
      }
    }
  }
}

/** A part of Client, which has the channel. */
export abstract class Files extends Services {
  /** It goes up while it is read; one that breaks leaves nothing. */
  async uploadFile(file: FileSource, options: UploadFileOptions = {}): Promise<File> {
    return (await this.send(FilesService.method.uploadFile, upload(file, options), options)).file!;
  }

  /** await client.downloadFile(id).save(path), or loop over its bytes. timeoutMs is for all of it. */
  downloadFile(fileId: string, options: PatientOptions & Where & {
    /** Leaves out this many bytes. */
    offset?: number;
    onProgress?: UploadOptions["onProgress"];
  } = {}): Download {
    const { upstream = "" } = options;
    return new Download((offset, timeoutMs) => this.streamCall(
      FilesService.method.downloadFile, { fileId, offset, upstream }, { signal: options.signal, timeoutMs }), options);
  }

  async getFile(fileId: string, { upstream = "", ...options }: CallOptions & Where = {}): Promise<File> {
    return (await this.look(FilesService.method.getFile, { fileId, upstream }, options)).file!;
  }

  /** The caller's own, the youngest first. */
  listFiles(options: CallOptions & Where & { purpose?: string | undefined } = {}): AsyncGenerator<File, void, undefined> {
    const { purpose = "", upstream = "" } = options;
    return pages(
      (pageToken) => this.look(FilesService.method.listFiles, { pageToken, purpose, upstream }, options),
      ({ files }) => files);
  }

  async deleteFile(fileId: string, { upstream = "", ...options }: CallOptions & Where = {}): Promise<void> {
    await this.look(FilesService.method.deleteFile, { fileId, upstream }, options);
  }
}

async function* upload(file: FileSource, options: UploadFileOptions): AsyncGenerator<Init<UploadFileRequest>> {
  const { purpose = "user_data", sha256, expiresAfterMs, upstream } = options;
  const source = await openSource(file, options.filename, "file");
  const header: Init<UploadFileHeader> = {
    filename: source.name, purpose,
    ...(source.size === undefined ? {} : { sizeBytes: BigInt(source.size) }),
    ...(sha256 === undefined ? {} : { sha256 }), ...(upstream ? { upstream } : {}),
    ...(expiresAfterMs === undefined ? {} : { expiresAfter: durationFromMs(expiresAfterMs) }),
  };
  yield { message: { case: "header", value: header } };
  for await (const value of withProgress(source, options.onProgress)) yield { message: { case: "data", value } };
  yield { message: { case: "end", value: {} } };
}
