// What became of each attempt of a call, for GatewayInfo and the error's metadata. Plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "inferwire/v1/errors.pb.h"

namespace inferwire::gateway {

struct AttemptRecord {
  std::string upstream, model, key, upstream_request_id;
  std::string endpoint;      // host and port; empty: the upstream's only one
  Duration started_after{};  // of the call's first attempt's start
  Duration duration{};
  int http_status = 0;                                    // 0: none came
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;  // UNSPECIFIED: it answered
  bool may_be_billed = false;
  std::string_view cause = "FIRST";  // OTHER_KEY, OTHER_ENDPOINT, ...; a literal
  Duration waited{};                 // for Retry-After or by backoff, before it began
};

// How the call found its target; of calls that went by a configured route.
struct RouteRecord {
  std::string name;
  std::string_view strategy, chosen_by;  // literals
  int group = 0;
  bool fallback = false;  // it answered instead of a target before it
};

}  // namespace inferwire::gateway
