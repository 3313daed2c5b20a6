#include "usage_error.h"

#include <utility>

namespace inferwire::cli {

client::Error UsageError(std::string message) {
  client::Error error;
  error.code = grpc::StatusCode::INVALID_ARGUMENT;
  error.domain = client::kClientDomain;
  error.reason = client::kInvalidOptions;
  error.message = std::move(message);
  return error;
}

}  // namespace inferwire::cli
