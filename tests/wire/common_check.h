// What is checked of every answer, whichever service gave it.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>

#include "wire/expected_error.h"
#include "wire/recording.h"

namespace inferwire::wire {

// Each says what is wrong, or nothing.
std::optional<std::string> CheckStatus(const grpc::Status& status, const ExpectedError& expected,
                                       const Recording& recording);
std::optional<std::string> CheckRequestId(const std::string& id, const Recording& recording);
// No header that tells whose account it is may reach the caller.
std::optional<std::string> CheckSecrets(const std::string& delivered, const Recording& recording);

// Everything that reached the caller with a status: message, details, trailers.
std::string Delivered(const grpc::Status& status, const grpc::ClientContext& context);

}  // namespace inferwire::wire
