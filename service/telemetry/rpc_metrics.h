// What calls of each gRPC method came to (grpc_server_*). Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "telemetry/counter_set.h"
#include "telemetry/exemplars.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class RpcFamilies;

struct RpcLimits {
  size_t methods = 130;
};

// One method.
class RpcMetrics {
 public:
  RpcMetrics(RpcFamilies& families, const Labels& labels);

  void Started() { started_.Increment(); }
  void Received() { received_.Increment(); }
  void Sent(int64_t messages) { sent_.Increment(static_cast<double>(messages)); }
  void Handled(Code code, Duration duration);
  // One that has a trace, which it may be looked up by.
  void Traced(Duration duration, std::string trace_id, WallTime now) {
    exemplars_.Put({std::move(trace_id), Seconds(duration), now});
  }

 private:
  Counter& started_;
  Counter& received_;
  Counter& sent_;
  Histogram& handling_;
  SeriesExemplars& exemplars_;  // of handling_
  CounterSet handled_;
};

class RpcFamilies {
 public:
  explicit RpcFamilies(Metrics& metrics);

  // type: unary, client_stream, server_stream or bidi_stream.
  RpcMetrics& With(std::string_view type, std::string_view service, std::string_view method);

 private:
  friend RpcMetrics;

  CounterFamily &started_, &handled_, &received_, &sent_;
  HistogramFamily handling_;
  Exemplars& exemplars_;
  LabelGuard guard_;
  HandleMap<RpcMetrics> methods_;
};

}  // namespace inferwire::telemetry
