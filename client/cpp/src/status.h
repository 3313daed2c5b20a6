// gRPC's statuses as Errors. Private to the library.
#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "inferwire/client/error.h"
#include "inferwire/client/result.h"

namespace inferwire::client {

// Of a status that is not OK. Details win over the plain code and text.
Error FromGrpcStatus(const grpc::Status& status);

Error ClientError(grpc::StatusCode code, std::string_view reason, std::string message);

// A good answer that lacks what it has to have.
Error OddAnswer(std::string message);

inline Result<void> ToResult(const grpc::Status& status) {
  return status.ok() ? Result<void>() : Result<void>(FromGrpcStatus(status));
}

}  // namespace inferwire::client
