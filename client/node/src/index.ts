// The Node client of Inferwire, the gRPC gateway to large language models. "@inferwire/client/v1" has every
// message of the API.
export {
  DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL, DEFAULT_TEXT_MODEL, type EmbedEvent,
  type ImageEvent, type Picture, responseText, type TextEvent,
} from "./answering.js";
export { type BatchInput, type BatchItemResult, hasEnded, type PatientOptions } from "./batches.js";
export type { AnswerOptions, CallOptions } from "./call_options.js";
export { Client } from "./client.js";
export { type Options, type Tls, tlsFromFiles } from "./channel.js";
export {
  CANCELLED, CLIENT_CLOSED, CLIENT_DOMAIN, CONNECTION_LOST, DEADLINE, type FieldViolation, fromRpcStatus,
  INVALID_OPTIONS, INVALID_REQUEST, InferwireError, type Limit, NOT_RESUMABLE, type QuotaViolation, STREAM_TRUNCATED, UNREACHABLE,
} from "./errors.js";
export { type Item, type Items, Many, type ManyOptions, type Progress } from "./many.js";
export { ask, costOf, DEFAULT_MODEL, type Event, type ManyResult, textOf } from "./messages.js";
export { DEFAULT_REALTIME_MODEL, type RealtimeEvent, RealtimeSession } from "./realtime.js";
export { type ResponseEvent, ResponseStream } from "./response_stream.js";
export { FinishReason, Role, ToolChoiceMode } from "./v1.js";
