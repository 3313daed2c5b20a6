// Which trace a call belongs to: W3C Trace Context (traceparent, tracestate), read from the caller
// and written for the upstream. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferwire::telemetry {

// A longer tracestate need not be passed on, and is not.
inline constexpr size_t kMaxTraceState = 512;

struct TraceContext {
  uint64_t trace_high = 0, trace_low = 0;
  uint64_t span = 0;  // what the next one down has as its parent
  uint8_t flags = 0;  // as they go down
  // Spans are made for this call: sampled, and there is somebody to take them.
  bool recorded = false;
  std::string state;  // tracestate, opaque

  bool sampled() const { return (flags & 1) != 0; }
};

// Nothing if the text is not a valid traceparent. Later versions are read as far as they are known.
std::optional<TraceContext> ParseTraceparent(std::string_view text);
// Nothing but visible ASCII and of a bearable length: it may become a header again.
bool IsTraceState(std::string_view text);

// 00-TRACE-SPAN-FLAGS, appended.
void AppendTraceparent(const TraceContext& context, std::string& to);
// The 32 digits of the trace.
std::array<char, 32> TraceIdText(const TraceContext& context);

}  // namespace inferwire::telemetry
