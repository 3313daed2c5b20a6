// Every message, enum and service of the API. Made from proto/ by ./dev proto.
export * from "./gen/inferwire/v1/batches_service_pb.js";
export * from "./gen/inferwire/v1/chat_pb.js";
export * from "./gen/inferwire/v1/chat_service_pb.js";
export * from "./gen/inferwire/v1/common_pb.js";
export * from "./gen/inferwire/v1/errors_pb.js";
export * from "./gen/inferwire/v1/files_service_pb.js";
export * from "./gen/inferwire/v1/governance_pb.js";
export * from "./gen/inferwire/v1/keys_service_pb.js";
export * from "./gen/inferwire/v1/models_service_pb.js";
export * from "./gen/inferwire/v1/raw_service_pb.js";
export * from "./gen/inferwire/v1/routes_service_pb.js";
export * from "./gen/inferwire/v1/routing_pb.js";
export * from "./gen/inferwire/v1/tenants_service_pb.js";
export * from "./gen/inferwire/v1/usage_service_pb.js";
export * from "./protobuf.js";
