// Sound and pictures as files: spoken texts, recordings that become texts, pictures that are changed.
import { extname } from "node:path";
import { DEFAULT_IMAGE_MODEL } from "./answering.js";
import { ByteStream } from "./byte_stream.js";
import { type AnswerOptions, type CallOptions, withOptions } from "./call_options.js";
import { invalidRequest } from "./errors.js";
import { Files } from "./files.js";
import { costInUsd } from "./money.js";
import { type FileSource, openSource, type Source, type UploadOptions, withProgress } from "./sources.js";
import {
  AudioService, type CallOptions as GatewayOptions, type EditImagesRequest, type EditImagesResponse, type Image,
  type ImageEditParams, ImagesService, type Init, type SpeakCompleted, type SpeakRequest, type SpeakResponse, type SpeechParams,
  type TranscribeRequest, type TranscribeResponse, type TranscriptionParams, type TranslateAudioRequest,
  type TranslateAudioResponse, type TranslationParams,
} from "./v1.js";

/** Used by the calls that do not name one. */
export const DEFAULT_SPEECH_MODEL = "gpt-4o-mini-tts";
export const DEFAULT_TRANSCRIPTION_MODEL = "gpt-4o-transcribe";
export const DEFAULT_TRANSLATION_MODEL = "whisper-1";
export const DEFAULT_VOICE = "alloy";

/** Sound, while it is made. */
export class Speech extends ByteStream {
  /** E.g. audio/mpeg; empty until the first bytes. */
  contentType = "";
  /** After the loop: size, usage and gateway info. */
  completed: SpeakCompleted | undefined;

  /** Made by Client.speak. */
  constructor(private readonly start: () => AsyncIterable<SpeakResponse>) {
    super();
  }

  /** After the loop: in US dollars, exact; undefined: not priced. */
  get cost(): string | undefined {
    return costInUsd(this.completed?.gateway?.cost);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const { event } of this.start()) {
      if (event.case === "started") this.contentType = event.value.contentType;
      else if (event.case === "audio") yield event.value;
      else if (event.case === "completed") this.completed = event.value;
    }
  }
}

/** Of a text that is spoken. */
export type SpeakOptions = AnswerOptions & {
  model?: string | undefined;
  voice?: string | undefined;
  /** How it is to be said. */
  instructions?: string | undefined;
  /** mp3, opus, aac, flac, wav or pcm. */
  responseFormat?: string | undefined;
  speed?: number | undefined;
};

/** gateway: what the gateway is asked to do with the call. */
type FormOptions = CallOptions & UploadOptions & { gateway?: Init<GatewayOptions> | undefined };
type Model = { model?: string | undefined };

/** A part of Client, which has the channel. */
export abstract class Media extends Files {
  /** A text in, sound out while it is made: await client.speak("Hello").save("hello.mp3"). */
  speak(request: string | Init<SpeakRequest>, options: SpeakOptions = {}): Speech {
    const { timeoutMs, signal, metadata, idempotencyKey: _, maxRetries: __, model, voice, ...others } = options;
    const params = { ...others, model: model ?? DEFAULT_SPEECH_MODEL, voice: voice ?? DEFAULT_VOICE };
    const parts = typeof request === "string" ? { params: { ...params, input: request } as Init<SpeechParams> } : request;
    return new Speech(() => this.streamCall(AudioService.method.speak, withOptions(parts, options), { timeoutMs, signal, metadata }));
  }

  /** A recording in, its text out; with params, the typed response. It goes up while it is read; upstream
   * goes by its name's ending. */
  transcribe(file: FileSource, options?: FormOptions & Model): Promise<string>;
  transcribe(file: FileSource, options: FormOptions & { params: Init<TranscriptionParams> }): Promise<TranscribeResponse>;
  async transcribe(file: FileSource, options: FormOptions & Model & { params?: Init<TranscriptionParams> } = {}) {
    const { model = DEFAULT_TRANSCRIPTION_MODEL, params } = options;
    const messages = recording<TranscribeRequest>(file, params ?? { model }, options);
    const answer = await this.send(AudioService.method.transcribe, messages, options);
    return params ? answer : textOfRecording(answer);
  }

  /** The same into English. */
  translate(file: FileSource, options?: FormOptions & Model): Promise<string>;
  translate(file: FileSource, options: FormOptions & { params: Init<TranslationParams> }): Promise<TranslateAudioResponse>;
  async translate(file: FileSource, options: FormOptions & Model & { params?: Init<TranslationParams> } = {}) {
    const { model = DEFAULT_TRANSLATION_MODEL, params } = options;
    const messages = recording<TranslateAudioRequest>(file, params ?? { model }, options);
    const answer = await this.send(AudioService.method.translateAudio, messages, options);
    return params ? answer : textOfRecording(answer);
  }

  /** Images and a prompt in, images out (`data` or `url`); with params, the typed response. mask: where the
   * first one is to be changed. */
  editImage(images: FileSource | readonly FileSource[], prompt: string,
            options?: FormOptions & Model & { mask?: FileSource | undefined }): Promise<Image[]>;
  editImage(images: FileSource | readonly FileSource[], params: Init<ImageEditParams>,
            options?: FormOptions & { mask?: FileSource | undefined }): Promise<EditImagesResponse>;
  async editImage(images: FileSource | readonly FileSource[], request: string | Init<ImageEditParams>,
                  options: FormOptions & Model & { mask?: FileSource | undefined } = {}) {
    const { model = DEFAULT_IMAGE_MODEL } = options;
    const files = Array.isArray(images) ? images as FileSource[] : [images as FileSource];
    if (files.length === 0) throw invalidRequest("images: must be one at least");
    const plain = typeof request === "string";
    const messages = pictures(files, plain ? { model, prompt: request } : request, options);
    const answer = await this.send(ImagesService.method.editImages, messages, options);
    return plain ? answer.result?.images ?? [] : answer;
  }
}

/** Of both kinds, whose messages are alike. */
async function* recording<Request extends TranscribeRequest | TranslateAudioRequest>(
  file: FileSource, params: object, options: FormOptions): AsyncGenerator<Init<Request>> {
  const message = (of: "header" | "data" | "end", value: object) => ({ message: { case: of, value } }) as unknown as Init<Request>;
  const source = await openSource(file, options.filename, "audio.wav");
  const size = source.size === undefined ? {} : { sizeBytes: BigInt(source.size) };
  yield message("header", { params, file: { filename: source.name, ...size }, ...optionsOf(options) });
  for await (const piece of withProgress(source, options.onProgress)) yield message("data", piece);
  yield message("end", {});
}

function optionsOf({ gateway }: FormOptions): { options?: Init<GatewayOptions> } {
  return gateway ? { options: gateway } : {};
}

const IMAGE_TYPES: Record<string, string> = { ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp" };

async function* pictures(
  images: FileSource[], params: Init<ImageEditParams>, options: FormOptions & { mask?: FileSource | undefined },
): AsyncGenerator<Init<EditImagesRequest>> {
  const sources: [Source, boolean][] = [];
  for (const file of images) sources.push([await openSource(file, undefined, `image-${sources.length + 1}.png`), false]);
  if (options.mask !== undefined) sources.push([await openSource(options.mask, undefined, "mask.png"), true]);
  const sizes = sources.map(([{ size }]) => size);
  const total = sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
  yield { message: { case: "header", value: { params, ...(images.length > 1 ? { uploads: images.length } : {}), ...optionsOf(options) } } };
  const before = { sent: 0 };
  for (const [source, mask] of sources) {
    const mimeType = IMAGE_TYPES[extname(source.name).toLowerCase()] ?? "image/png";
    yield { message: { case: "upload", value: { filename: source.name, mimeType, mask } } };
    const pieces = withProgress({ ...source, size: total }, options.onProgress, before);
    for await (const value of pieces) yield { message: { case: "data", value } };
  }
  yield { message: { case: "end", value: {} } };
}

/** The text, or what came in another format. */
function textOfRecording({ formatted, transcription }: TranscribeResponse | TranslateAudioResponse): string {
  return formatted || (transcription?.text ?? "");
}
