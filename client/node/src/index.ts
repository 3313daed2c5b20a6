// The Node client of Inferwire, the gRPC gateway to large language models. "@inferwire/client/v1" has every
// message of the API, "@inferwire/client/openai" the way for programs that use OpenAI's SDK.
export { AnswerError } from "./answer_errors.js";
export {
  DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL, DEFAULT_TEXT_MODEL, type EmbedEvent,
  type ImageEvent, type Picture, responseText, type TextEvent,
} from "./answering.js";
export type { BatchInput, BatchLine } from "./batch_items.js";
export { type BatchItemResult, hasEnded, type PatientOptions } from "./batches.js";
export type { ByteStream } from "./byte_stream.js";
export type { AnswerOptions, CallOptions } from "./call_options.js";
export { type Options, type Tls, tlsFromFiles, VERSION } from "./channel.js";
export type { ChatOptions, Parsed } from "./chat.js";
export { Client } from "./client.js";
export {
  CUT_OFF, MISMATCH, CANCELLED, CLIENT_CLOSED, CLIENT_DOMAIN, CONNECTION_LOST, DEADLINE, type FieldViolation,
  fromRpcStatus, INVALID_OPTIONS, INVALID_REQUEST, InferwireError, type Limit, NOT_RESUMABLE, type QuotaViolation, REFUSED,
  STREAM_TRUNCATED, TOO_MANY_ROUNDS, UNREACHABLE,
} from "./errors.js";
export type { Download, UploadFileOptions } from "./files.js";
export type { JsonSchema } from "./json_schema.js";
export { type Item, type Items, Many, type ManyOptions, type Progress } from "./many.js";
export {
  DEFAULT_SPEECH_MODEL, DEFAULT_TRANSCRIPTION_MODEL, DEFAULT_TRANSLATION_MODEL, DEFAULT_VOICE, type SpeakOptions, type Speech,
} from "./media.js";
export {
  type Answer, ask, type ChatStream, DEFAULT_MODEL, type Event, type ManyResult, refusalOf, type Said, textOf,
} from "./messages.js";
export { costInUsd, costOf, usd } from "./money.js";
export type {
  Messages, PlainMessage, PlainPart, PlainRole, PlainTool, PlainToolCall, PlainToolChoice, Prompt,
} from "./plain.js";
export { DEFAULT_REALTIME_MODEL, type RealtimeEvent, RealtimeSession } from "./realtime.js";
export { type ResponseEvent, ResponseStream } from "./response_stream.js";
export type { Schema, StandardSchema, Typed } from "./schema.js";
export type { FileSource, UploadOptions } from "./sources.js";
export { tool, type ToolFunction, type ToolFunctions, type ToolRun } from "./tools.js";
export { FinishReason, Role, ToolChoiceMode } from "./v1.js";
