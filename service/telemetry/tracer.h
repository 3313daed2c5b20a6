// Spans: what is told of a call and of each attempt at an upstream to those who trace. No text of a
// prompt or an answer has a place in one.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "telemetry/trace_context.h"

namespace inferwire::telemetry {

struct Span {
  enum class Kind { kCall, kAttempt };

  Kind kind = Kind::kCall;
  TraceContext context;  // its span is this one
  uint64_t parent = 0;   // 0: none
  WallTime start{};
  Duration duration{};
  std::string_view service, method;  // of the RPC; literals
  std::string_view operation;        // chat, raw, ...; a literal
  std::string request_id;
  std::string upstream, model;  // empty until routed
  std::string upstream_request_id;
  std::optional<int64_t> input_tokens, output_tokens;
  int attempt = 0;      // its number, or of a call how many there were
  int http_status = 0;  // 0: none came
  Code code = Code::kOk;
  std::string error_type;  // empty: it went well
};

// Takes finished spans, from any thread, and must not wait.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void Take(Span span) = 0;
};

// Decides which calls have spans. Thread-safe.
class Tracer {
 public:
  Tracer(std::unique_ptr<SpanSink> sink, double ratio) : sink_(std::move(sink)), ratio_(ratio) {}

  void SetRatio(double ratio) { ratio_ = ratio; }
  // The caller's decision is kept; without one, the ratio's share of the traces is recorded.
  bool Records(const std::optional<TraceContext>& caller, uint64_t trace_low) const {
    if (caller) return caller->sampled();
    // The lower 63 bits, as OpenTelemetry's samplers take them: all of them agree on a trace.
    const auto part = static_cast<double>(trace_low & (UINT64_MAX >> 1));
    return part < ratio_.load(std::memory_order_relaxed) * 0x1p63;
  }
  void Take(Span span) { sink_->Take(std::move(span)); }

 private:
  const std::unique_ptr<SpanSink> sink_;
  std::atomic<double> ratio_;
};

// A call's place in its trace. tracer: null if nobody takes spans: then what the caller sent goes
// on as it came, and a call that brought nothing begins a trace under its own request id.
struct CallTrace {
  TraceContext context;
  uint64_t parent = 0;  // of the call's own span
};
CallTrace BeginTrace(std::string_view traceparent, std::string_view tracestate,
                     std::string_view request_id, const Tracer* tracer, Random& random);

}  // namespace inferwire::telemetry
