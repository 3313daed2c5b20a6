// What an operation did and used: read by the call's log line, metrics, span and GatewayInfo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalogue/ending.h"
#include "gateway/attempt_log.h"

namespace inferwire::gateway {

// Of a failed operation whose work the upstream may bill all the same.
struct MaybeBilled {
  std::string_view why;            // how it failed, a literal; empty: it is not billed
  std::optional<int64_t> picousd;  // unset: not priced
  std::string_view estimate_of;    // INPUT, OUTPUT or INPUT_AND_OUTPUT; empty: as reported
  bool by_bytes = false;           // the input was too long to be counted
  std::optional<int64_t> input_tokens, output_tokens;  // reported or estimated
};

struct Admitted;

// What an operation did; grows while it runs.
struct CallStats {
  std::string_view operation;  // chat, raw; a literal
  std::string request_id, client_request_id;
  const Admitted* admitted = nullptr;  // the call's, which outlives the operation; null: not known
  std::string upstream, model;         // empty until routed
  std::vector<catalogue::Ending>
      endings;  // of models near their ends that it was sent to or moved from
  std::string upstream_request_id;
  std::string made_id;    // of what the call made at the upstream, where that has one
  Duration queued_for{};  // before it began
  int attempts = 0;
  // Of calls that made more than one, or went by a route; the last one is there once it has ended.
  std::vector<AttemptRecord> attempt_log;
  std::optional<RouteRecord> route;
  std::string_view hedge;  // won or lost: a second attempt ran beside another; empty: none did
  bool reached_upstream = false;  // a byte of the request may have
  int http_status = 0;
  Duration upstream_time{};
  // While the upstream has the request, or is about to get it again.
  std::optional<SteadyTime> upstream_since;
  std::optional<Duration> first_byte;
  std::optional<int64_t> input_tokens, output_tokens;
  int64_t cached_tokens = 0, reasoning_tokens = 0;  // parts of the input and of the output
  std::optional<int64_t> cost_picousd;              // unset: no answer, or not priced
  bool unpriced = false;                            // an answer came that has no price
  MaybeBilled maybe_billed;
  int64_t events = 0;
  int64_t bytes_sent = 0, bytes_received = 0;
  bool finished = false;  // upstream's answer came to its proper end

  // Whether it is over or not.
  Duration UpstreamTime(SteadyTime now) const {
    return upstream_time + (upstream_since ? now - *upstream_since : Duration::zero());
  }
};

}  // namespace inferwire::gateway
