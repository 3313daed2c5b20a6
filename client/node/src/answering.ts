// What the answers of the services beside chat say.
import type {
  Embedding, EmbeddingResult, ImageStreamCompleted, Response, StreamCompleteTextCompleted, StreamCompleteTextResponse,
  StreamEmbedCompleted, StreamEmbedResponse, StreamGenerateImagesResponse, TextCompletion,
} from "./v1.js";

/** Used by the calls that take text. */
export const DEFAULT_EMBEDDING_MODEL = "text-embedding-3-small";
export const DEFAULT_MODERATION_MODEL = "omni-moderation-latest";
export const DEFAULT_TEXT_MODEL = "gpt-3.5-turbo-instruct";
export const DEFAULT_IMAGE_MODEL = "gpt-image-1";

/** Text or texts: the answer is as plain. */
export function isPlain(request: unknown): request is string | readonly string[] {
  return typeof request === "string" || Array.isArray(request);
}

export function textsOf(input: string | readonly string[]): string[] {
  return typeof input === "string" ? [input] : [...input];
}

/** In the order of the inputs, whatever the order of the answer. */
export function vectorsOf(result: EmbeddingResult | undefined): number[][] {
  return [...(result?.embeddings ?? [])].sort((a, b) => a.index - b.index).map(({ values }) => values);
}

/** All of the answer's text; what the model refused with, if it refused. */
export function responseText(response: Response | undefined): string {
  const contents = (response?.output ?? []).flatMap(({ contentParts }) => contentParts);
  const texts = contents.filter(({ type }) => type === "output_text").map(({ text }) => text ?? "");
  return response?.outputText || texts.join("") || contents.map(({ refusal }) => refusal ?? "").join("");
}

/** What the first choice of a text completion, or of a piece of one, says. */
export function firstText(completion: TextCompletion | undefined): string {
  return completion?.choices.find(({ index }) => index === 0)?.text ?? "";
}

/** One event of a streamed text completion. */
export interface TextEvent {
  message: StreamCompleteTextResponse;
  /** What this event adds to the text of the first choice; empty for all other events. */
  text: string;
  /** The last event's usage, gateway info and, if asked for, whole answer. */
  completed: StreamCompleteTextCompleted | undefined;
}

export function toTextEvent(message: StreamCompleteTextResponse): TextEvent {
  const { event } = message;
  return {
    message,
    text: event.case === "chunk" ? firstText(event.value) : "",
    completed: event.case === "completed" ? event.value : undefined,
  };
}

/** One event of streamed embeddings. */
export interface EmbedEvent {
  message: StreamEmbedResponse;
  /** `index` says of which text; undefined: one of the gateway's events. */
  embedding: Embedding | undefined;
  /** The last event's count, usage and gateway info. */
  completed: StreamEmbedCompleted | undefined;
}

export function toEmbedEvent(message: StreamEmbedResponse): EmbedEvent {
  const { event } = message;
  return {
    message,
    embedding: event.case === "embedding" ? event.value : undefined,
    completed: event.case === "completed" ? event.value : undefined,
  };
}

/** An image, or a preview of it, all of whose parts have come. */
export interface Picture {
  index: number;
  /** undefined: the image itself. */
  preview: number | undefined;
  data: Uint8Array;
}

/** One event of streamed images. */
export interface ImageEvent {
  message: StreamGenerateImagesResponse;
  /** With the last part of an image or preview: all of it. */
  picture: Picture | undefined;
  /** The last event's usage, gateway info, and what was said beside the images. */
  completed: ImageStreamCompleted | undefined;
}

/** Puts the parts of a stream together. */
export function pictureParts(): (message: StreamGenerateImagesResponse) => ImageEvent {
  let parts: Uint8Array[] = [];
  return (message) => {
    const { event } = message;
    let picture: Picture | undefined;
    if (event.case === "part") {
      parts.push(event.value.data);
      if (event.value.last) {
        picture = { index: event.value.index, preview: event.value.partialImageIndex, data: Buffer.concat(parts) };
        parts = [];
      }
    }
    return { message, picture, completed: event.case === "completed" ? event.value : undefined };
  };
}
