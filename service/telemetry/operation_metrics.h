// What the gateway does for each operation: chat, raw, files. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class OperationFamilies;

enum class StreamEnd {
  kCompleted,
  kClientCancelled,
  kDeadline,
  kUpstreamError,
  kUpstreamTruncated,
  kSlowConsumer,
  kDrained,
};
enum class UsageMissing { kClientCancelled, kUpstreamOmitted, kTruncated };

struct OperationLimits {
  size_t operations = 24;
  size_t errors = 400;             // operation x code x origin x reason
  size_t translation_errors = 70;  // operation x direction x kind
};

// One operation.
class OperationMetrics {
 public:
  OperationMetrics(OperationFamilies& families, std::string operation);

  void CallStarted() { in_flight_.Increment(); }  // inferwire_requests_in_flight
  void CallEnded() { in_flight_.Decrement(); }
  void Failed(const Error& error);  // inferwire_request_errors_total
  void Overhead(Duration overhead) { overhead_.Observe(Seconds(overhead)); }
  void UnknownFields(int count) { unknown_fields_.Increment(count); }
  void TranslationError(std::string_view direction, std::string_view kind);
  void StreamOpened() { streams_active_.Increment(); }
  void StreamClosed(StreamEnd end);
  void Backpressure(Duration paused) { backpressure_.Increment(Seconds(paused)); }
  void Missing(UsageMissing why) { usage_missing_[static_cast<size_t>(why)].Increment(); }

 private:
  const std::string operation_;
  OperationFamilies& families_;
  Gauge& in_flight_;
  Histogram& overhead_;
  Counter& unknown_fields_;
  Gauge& streams_active_;
  Counter& backpressure_;
  CounterSet errors_, streams_ended_, usage_missing_;
};

class OperationFamilies {
 public:
  explicit OperationFamilies(Metrics& metrics);

  OperationMetrics& With(std::string_view operation);
  // The operation's label, kOtherLabel for one too many.
  std::string_view Label(std::string_view operation) { return guard_.Fold(operation); }

 private:
  friend OperationMetrics;

  GaugeFamily& in_flight_;
  CounterFamily& errors_;
  HistogramFamily overhead_;
  CounterFamily &translation_errors_, &unknown_fields_, &usage_missing_;
  GaugeFamily& streams_active_;
  CounterFamily &streams_ended_, &backpressure_;
  LabelGuard guard_, errors_guard_, translation_errors_guard_;
  HandleMap<OperationMetrics> operations_;
};

}  // namespace inferwire::telemetry
