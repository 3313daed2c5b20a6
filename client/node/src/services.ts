// The services beside chat: a helper for what is asked most, and `call` for every other RPC.
import type {
  DescMessage, DescMethodClientStreaming, DescMethodServerStreaming, DescMethodUnary, MessageInitShape, MessageShape,
} from "@bufbuild/protobuf";
import {
  DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL, DEFAULT_TEXT_MODEL, type EmbedEvent, firstText,
  type ImageEvent, isPlain, pictureParts, responseText, textsOf, type TextEvent, toEmbedEvent, toTextEvent, vectorsOf,
} from "./answering.js";
import { type AnswerOptions, type CallOptions, withOptions } from "./call_options.js";
import { type Said, saying } from "./messages.js";
import { costInUsd } from "./money.js";
import { ResponseStream } from "./response_stream.js";
import {
  type CompleteTextRequest, type CompleteTextResponse, type CreateResponseRequest, type CreateResponseResponse,
  type EmbedRequest, type EmbedResponse, EmbeddingsService, type GenerateImagesRequest, type GenerateImagesResponse, type Image,
  ImagesService, type Init, type ModerateRequest, type ModerateResponse, type ModerationResult, ModerationsService,
  ResponsesService, type StreamCompleteTextRequest, type StreamEmbedRequest, type StreamGenerateImagesRequest,
  type StreamResponseRequest, TextCompletionsService,
} from "./v1.js";

/** Calls that take text may name the model. */
type Model = { model?: string };

// What asks for no work of a model, and may be repeated.
const READS = /^(?:Get|List|Delete|Cancel|Count)[A-Z]/;

/** A part of Client, which has the channel. */
export abstract class Services {
  protected abstract unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, options: CallOptions): Promise<MessageShape<O>>;
  protected abstract look<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: MessageInitShape<I>, options: CallOptions): Promise<MessageShape<O>>;
  /** isLast: undefined if the stream may end with any message. */
  protected abstract read<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>, request: MessageInitShape<I>, options: CallOptions,
    isLast: ((message: MessageShape<O>) => boolean) | undefined): AsyncGenerator<MessageShape<O>, void, undefined>;
  /** A request that is a stream. */
  protected abstract send<I extends DescMessage, O extends DescMessage>(
    method: DescMethodClientStreaming<I, O>, messages: AsyncIterable<MessageInitShape<I>>, options: CallOptions): Promise<MessageShape<O>>;
  protected abstract mostMs(options: CallOptions): number;
  /** Of calls with text or messages that name none. */
  abstract readonly model: string;

  /** A response: text in, text out; or the typed request in, the typed response out. */
  respond(input: string, options?: AnswerOptions & Model): Promise<string>;
  respond(request: Init<CreateResponseRequest>, options?: AnswerOptions): Promise<CreateResponseResponse & Said>;
  async respond(request: string | Init<CreateResponseRequest>, options: AnswerOptions & Model = {}) {
    const { createResponse } = ResponsesService.method;
    const parts = typeof request === "string" ? { params: { model: options.model ?? this.model, input: request } } : request;
    const answer = await this.unary(createResponse, withOptions(parts, options), options);
    if (typeof request === "string") return responseText(answer.response);
    return saying(answer, { text: () => responseText(answer.response), cost: () => costInUsd(answer.gateway?.cost) });
  }

  /** The events of a new response; leaving the loop cancels the call. With params.background, the
   * stream goes on by itself when its connection breaks, within timeoutMs; if it has gone on and the
   * response fails, that is its `response`, not an error. */
  streamResponse(request: string | Init<StreamResponseRequest>, options: AnswerOptions & Model = {}): ResponseStream {
    const parts = typeof request === "string"
      ? { params: { model: options.model ?? this.model, input: request } } : request;
    const method = ResponsesService.method.streamResponse;
    return new ResponseStream(
      (next, timeoutMs) => this.streamCall(method, next, { ...options, timeoutMs }),
      withOptions(parts, options), { timeoutMs: this.mostMs(options), signal: options.signal });
  }

  /** The events of a response in the background behind the one with this number; undefined: all. */
  resumeResponse(responseId: string, startingAfter?: bigint, options: CallOptions & { upstream?: string } = {}): ResponseStream {
    const { upstream = "", ...others } = options;
    const after = startingAfter === undefined ? {} : { startingAfter };
    return this.streamResponse({ resume: { responseId, upstream, ...after } }, others);
  }

  /** One text in, one vector out; several in, as many out, in their order; or typed. */
  embed(input: string, options?: AnswerOptions & Model & { dimensions?: number }): Promise<number[]>;
  embed(input: readonly string[], options?: AnswerOptions & Model & { dimensions?: number }): Promise<number[][]>;
  embed(request: Init<EmbedRequest>, options?: AnswerOptions): Promise<EmbedResponse>;
  async embed(request: string | readonly string[] | Init<EmbedRequest>,
              options: AnswerOptions & Model & { dimensions?: number } = {}) {
    const { embed } = EmbeddingsService.method;
    if (!isPlain(request)) return this.unary(embed, withOptions(request, options), options);
    const { model = DEFAULT_EMBEDDING_MODEL, dimensions } = options;
    const params = { model, input: textsOf(request), ...(dimensions === undefined ? {} : { dimensions }) };
    const vectors = vectorsOf((await this.unary(embed, withOptions({ params }, options), options)).result);
    return typeof request === "string" ? vectors[0] : vectors;
  }

  /** Each embedding as it arrives, of any number of texts, in upstream's order. The call begins with the
   * loop; leaving the loop cancels it, here and upstream. A stream that was cut throws. */
  async *streamEmbed(request: string | readonly string[] | Init<StreamEmbedRequest>,
                     options: AnswerOptions & Model & { dimensions?: number } = {}): AsyncGenerator<EmbedEvent, void, undefined> {
    const { model = DEFAULT_EMBEDDING_MODEL, dimensions } = options;
    const parts = isPlain(request)
      ? { params: { model, input: textsOf(request), ...(dimensions === undefined ? {} : { dimensions }) } } : request;
    const messages = this.streamCall(EmbeddingsService.method.streamEmbed, withOptions(parts, options), options);
    for await (const message of messages) yield toEmbedEvent(message);
  }

  /** One text in, one result out; several in, as many out; or typed. A flagged text is a result,
   * not an error. */
  moderate(input: string, options?: AnswerOptions & Model): Promise<ModerationResult>;
  moderate(input: readonly string[], options?: AnswerOptions & Model): Promise<ModerationResult[]>;
  moderate(request: Init<ModerateRequest>, options?: AnswerOptions): Promise<ModerateResponse>;
  async moderate(request: string | readonly string[] | Init<ModerateRequest>, options: AnswerOptions & Model = {}) {
    const { moderate } = ModerationsService.method;
    if (!isPlain(request)) return this.unary(moderate, withOptions(request, options), options);
    const params = { model: options.model ?? DEFAULT_MODERATION_MODEL, input: textsOf(request) };
    const { moderation } = await this.unary(moderate, withOptions({ params }, options), options);
    return typeof request === "string" ? moderation?.results[0] : moderation?.results ?? [];
  }

  /** How a text goes on, by a model that knows no chats: text in, text out; or typed. */
  completeText(prompt: string, options?: AnswerOptions & Model): Promise<string>;
  completeText(request: Init<CompleteTextRequest>, options?: AnswerOptions): Promise<CompleteTextResponse>;
  async completeText(request: string | Init<CompleteTextRequest>, options: AnswerOptions & Model = {}) {
    const { completeText } = TextCompletionsService.method;
    if (typeof request !== "string") return this.unary(completeText, withOptions(request, options), options);
    const params = { model: options.model ?? DEFAULT_TEXT_MODEL, prompt: [request] };
    return firstText((await this.unary(completeText, withOptions({ params }, options), options)).completion);
  }

  /** The call begins with the loop; leaving the loop cancels it, here and upstream. A stream that
   * was cut throws. */
  async *streamCompleteText(request: string | Init<StreamCompleteTextRequest>,
                            options: AnswerOptions & Model = {}): AsyncGenerator<TextEvent, void, undefined> {
    const parts = typeof request === "string"
      ? { params: { model: options.model ?? DEFAULT_TEXT_MODEL, prompt: [request] } } : request;
    const messages = this.streamCall(TextCompletionsService.method.streamCompleteText, withOptions(parts, options), options);
    for await (const message of messages) yield toTextEvent(message);
  }

  /** Images of any size, with previews while they are made: `picture` whenever one is complete. The call
   * begins with the loop; leaving the loop cancels it, here and upstream. A stream that was cut throws. */
  async *streamImages(request: string | Init<StreamGenerateImagesRequest>,
                      options: AnswerOptions & Model & { previews?: number } = {}): AsyncGenerator<ImageEvent, void, undefined> {
    const { model = DEFAULT_IMAGE_MODEL, previews: partialImages } = options;
    const parts = typeof request === "string"
      ? { params: { model, prompt: request, ...(partialImages === undefined ? {} : { partialImages }) } } : request;
    const messages = this.streamCall(ImagesService.method.streamGenerateImages, withOptions(parts, options), options);
    const take = pictureParts();
    for await (const message of messages) yield take(message);
  }

  /** A prompt in, images out (`data` or `url`); or typed. */
  generateImages(prompt: string, options?: AnswerOptions & Model): Promise<Image[]>;
  generateImages(request: Init<GenerateImagesRequest>, options?: AnswerOptions): Promise<GenerateImagesResponse>;
  async generateImages(request: string | Init<GenerateImagesRequest>, options: AnswerOptions & Model = {}) {
    const { generateImages } = ImagesService.method;
    if (typeof request !== "string") return this.unary(generateImages, withOptions(request, options), options);
    const params = { model: options.model ?? DEFAULT_IMAGE_MODEL, prompt: request };
    return (await this.unary(generateImages, withOptions({ params }, options), options)).result?.images ?? [];
  }

  /** Any RPC: call(ResponsesService.method.getResponse, { responseId }). */
  async call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: NoInfer<MessageInitShape<I>>, options: CallOptions = {}): Promise<MessageShape<O>> {
    return READS.test(method.name) ? this.look(method, request, options) : this.unary(method, request, options);
  }

  /** Any RPC with a streamed answer; see call. */
  async *streamCall<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>, request: NoInfer<MessageInitShape<I>>,
    options: CallOptions = {}): AsyncGenerator<MessageShape<O>, void, undefined> {
    // Streams of answers end with `completed`; others may end with any message.
    const oneof = method.output.fields.find(({ localName }) => localName === "completed")?.oneof;
    const isLast = oneof && ((message: MessageShape<O>) =>
      (message as unknown as Record<string, { case?: string }>)[oneof.localName]?.case === "completed");
    yield* this.read(method, request, options, isLast);
  }

  /** The pages of a List RPC, one after the other; timeoutMs is for each. */
  async *callPages<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>, request: NoInfer<MessageInitShape<I>>,
    options: CallOptions = {}): AsyncGenerator<MessageShape<O>, void, undefined> {
    for (let next = request; ; ) {
      const page = await this.call(method, next, options);
      yield page;
      const { nextPageToken: pageToken } = page as unknown as { nextPageToken?: string };
      if (!pageToken) return;
      next = { ...request, pageToken };
    }
  }
}
