// The part of one attempt at an upstream in the call's trace: the headers that carry the trace on,
// and the attempt's span if the call is recorded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/operation.h"
#include "telemetry/tracer.h"
#include "upstream/runtime.h"

namespace inferwire::upstream {

// The error_type of an attempt that was given up.
inline constexpr std::string_view kCancelledAttempt = "CANCELLED";

class AttemptSpan {
 public:
  // call: null for a request that belongs to no call.
  AttemptSpan(const Runtime& runtime, const telemetry::TraceContext* call)
      : runtime_(runtime), call_(call) {}

  // Of a new attempt.
  void Begin(std::vector<std::string>& headers);
  bool open() const { return span_ != 0; }
  // Which attempt it was of the call, and where it went.
  struct Of {
    std::string_view upstream, model;
    int number = 1;
    SteadyTime started;
  };
  void End(std::string_view error_type, const Of& of, int http_status,
           const gateway::CallStats& call);
  // Hands over what has ended, once the stats say what the answer was.
  void GiveAway(const gateway::CallStats& call, std::string_view upstream_request_id);

 private:
  const Runtime& runtime_;
  const telemetry::TraceContext* const call_;
  uint64_t span_ = 0;  // of the attempt; 0: none
  std::unique_ptr<telemetry::Span> ended_;
};

}  // namespace inferwire::upstream
