// The Node client of Inferwire, the gRPC gateway to large language models. "@inferwire/client/v1" has every
// message of the API.
export { type BatchInput, type BatchItemResult, hasEnded, type PatientOptions } from "./batches.js";
export { type AnswerOptions, type CallOptions, Client } from "./client.js";
export { type Options, type Tls, tlsFromFiles } from "./channel.js";
export {
  CANCELLED, CLIENT_CLOSED, CLIENT_DOMAIN, CONNECTION_LOST, DEADLINE, type FieldViolation, fromRpcStatus,
  INVALID_OPTIONS, INVALID_REQUEST, InferwireError, type Limit, type QuotaViolation, STREAM_TRUNCATED, UNREACHABLE,
} from "./errors.js";
export { type Item, type Items, Many, type ManyOptions, type Progress } from "./many.js";
export { ask, costOf, DEFAULT_MODEL, type Event, type ManyResult, textOf } from "./messages.js";
export { FinishReason, Role, ToolChoiceMode } from "./v1.js";
