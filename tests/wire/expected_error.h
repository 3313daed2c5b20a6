// Which error a recorded answer must become: the judge's own reading of the error table.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "wire/json_tree.h"
#include "wire/recording.h"

namespace inferwire::wire {

struct ExpectedError {
  std::string reason;
  std::string code;  // gRPC's, e.g. NOT_FOUND
  // What RetryInfo must say; nothing: the judge does not know.
  std::optional<std::chrono::milliseconds> retry_after;
  bool no_retry_info = false;
  // The gateway refused the request by itself: there is no upstream's request id.
  bool by_gateway = false;
};

// The error object of a good answer or of an event, in any place where one was seen; null if the
// JSON reports none. Of several choices, all must have failed.
const JsonTree& ErrorIn(const JsonTree& json);

// For an answer whose status is an error's.
ExpectedError ErrorOfAnswer(const Recording& recording);
// For an error reported with status 200. After output every failure of the upstream itself is a
// truncated stream.
ExpectedError ErrorOfEvent(const JsonTree& json, bool after_output);

}  // namespace inferwire::wire
