// Every message, enum and service of the API. Made from proto/ by ./dev proto.
export * from "./gen/llmgate/v1/batches_service_pb.js";
export * from "./gen/llmgate/v1/chat_pb.js";
export * from "./gen/llmgate/v1/chat_service_pb.js";
export * from "./gen/llmgate/v1/common_pb.js";
export * from "./gen/llmgate/v1/errors_pb.js";
export * from "./gen/llmgate/v1/files_service_pb.js";
export * from "./gen/llmgate/v1/models_service_pb.js";
export * from "./gen/llmgate/v1/raw_service_pb.js";
export * from "./protobuf.js";
