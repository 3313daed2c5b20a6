// Every event of a recorded stream against what the caller got, and its end.
#pragma once

#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>
#include <vector>

#include "inferwire/v1/chat_service.pb.h"
#include "wire/recording.h"

namespace inferwire::wire {

// What is wrong, or nothing. For a recording with status 2xx; the stream was asked to accumulate.
std::optional<std::string> CheckStream(const std::vector<v1::StreamCompleteResponse>& messages,
                                       const grpc::Status& status, const Recording& recording);

}  // namespace inferwire::wire
