// What a caller wishes of a stream, checked.
#pragma once

#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "inferwire/v1/chat_service.pb.h"

namespace inferwire::endpoints {

struct StreamPlan {
  size_t choices = 1;                 // that were asked for; of the chat's parameters
  bool accumulate = false;            // the merged completion comes with the last message
  std::optional<Duration> heartbeat;  // unset: none
};

Result<StreamPlan> CheckStreamOptions(const v1::StreamOptions& options);

}  // namespace inferwire::endpoints
