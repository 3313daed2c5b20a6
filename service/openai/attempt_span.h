// The part of one attempt at an upstream in the call's trace: the headers that carry the trace on,
// and the attempt's span if the call is recorded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/tracer.h"
#include "openai/operation.h"

namespace inferwire::openai {

// The error_type of an attempt that was given up.
inline constexpr std::string_view kCancelledAttempt = "CANCELLED";

class AttemptSpan {
 public:
  // call: null for a request that belongs to no call.
  AttemptSpan(const Runtime& runtime, const TraceContext* call) : runtime_(runtime), call_(call) {}

  // Of a new attempt.
  void Begin(std::vector<std::string>& headers);
  bool open() const { return span_ != 0; }
  void End(std::string_view error_type, SteadyTime started, int http_status, const Report& report);
  // Hands over what has ended, once the report says what the answer was.
  void GiveAway(const Report& report);

 private:
  const Runtime& runtime_;
  const TraceContext* const call_;
  uint64_t span_ = 0;  // of the attempt; 0: none
  std::unique_ptr<Span> ended_;
};

}  // namespace inferwire::openai
