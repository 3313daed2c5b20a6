#include "rpc/status.h"

namespace inferwire::rpc {

grpc::Status ToGrpcStatus(const Error& error, const std::string& request_id) {
  const google::rpc::Status status = gateway::ToRpcStatus(error, request_id);
  return {static_cast<grpc::StatusCode>(error.code), status.message(), status.SerializeAsString()};
}

std::string RetryPushback(const Error& error) {
  if (!error.safe_to_retry || error.stops_retries) return "-1";
  if (error.retry_after) return std::to_string(error.retry_after->count());
  return "";
}

}  // namespace inferwire::rpc
