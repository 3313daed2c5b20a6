// CallOptions checked and made into values, for every endpoint alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "inferwire/v1/common.pb.h"

namespace inferwire::gateway {

struct CheckedOptions {
  std::string client_request_id;
  std::optional<Duration> attempt_timeout;
  std::optional<int> max_retries;
  bool validate_only = false;
  bool include_raw_response = false;
};

// The path of errors begins with "options".
Result<CheckedOptions> CheckOptions(const v1::CallOptions& options);

// How long the call may wait for room under its limits; unset: as the server says. Zero is a word
// too: not at all.
Result<std::optional<Duration>> CheckQueueWait(const v1::CallOptions& options,
                                               std::string_view path);

// 1 to 255 printable ASCII characters.
Result<void> CheckIdempotencyKey(std::string_view key);

// A positive duration of at most a day; path is for the error.
Result<Duration> CheckDuration(const google::protobuf::Duration& duration, std::string_view path);

}  // namespace inferwire::gateway
