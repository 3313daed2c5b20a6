#include "telemetry/operation_metrics.h"

#include <array>
#include <memory>
#include <utility>

#include "telemetry/metric_labels.h"
#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kStreamEnds{"completed",      "client_cancelled",   "deadline",
                                 "upstream_error", "upstream_truncated", "slow_consumer",
                                 "drained"};
constexpr std::array kUsageMissing{"client_cancelled", "upstream_omitted", "truncated"};

// The combinations are many, those that happen few: the guard holds whom a strange upstream lets
// grow.
CounterSet::LabelsOf ErrorLabels(const std::string& operation, LabelGuard& guard) {
  return [operation, &guard](size_t index) -> Labels {
    const size_t code = index % kCodes, origin = index / kCodes % kOrigins;
    const size_t reason = index / kCodes / kOrigins;
    if (!guard.Admit(operation + '/' + std::to_string(index))) {
      const std::string other(kOtherLabel);
      return {{"operation", operation}, {"grpc_code", other}, {"origin", other}, {"reason", other}};
    }
    return {{"operation", operation},
            {"grpc_code", std::string(CodeLabel(static_cast<Code>(code)))},
            {"origin", std::string(Name(static_cast<Origin>(origin)))},
            {"reason", std::string(ReasonLabel(reason))}};
  };
}

}  // namespace

OperationFamilies::OperationFamilies(Metrics& metrics)
    : in_flight_(
          metrics.Gauges("inferwire_requests_in_flight", "Requests that are being worked on.")),
      errors_(metrics.Counters("inferwire_request_errors_total",
                               "Requests that did not end well, by whose fault it was and why.")),
      overhead_(metrics.Histograms(
          "inferwire_overhead_seconds", "Time a request spent in the gateway itself.",
          {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1})),
      translation_errors_(
          metrics.Counters("inferwire_translation_errors_total",
                           "Messages that could not be translated from or to JSON.")),
      unknown_fields_(metrics.Counters("inferwire_unknown_fields_total",
                                       "Upstream JSON members without a field of ours.")),
      usage_missing_(metrics.Counters("inferwire_usage_missing_total",
                                      "Operations that ended without token usage.")),
      streams_active_(metrics.Gauges("inferwire_streams_active", "Open response streams.")),
      streams_ended_(metrics.Counters("inferwire_streams_ended_total", "Ended streams, by how.")),
      backpressure_(metrics.Counters("inferwire_stream_backpressure_seconds_total",
                                     "Time upstreams were paused for slow clients.")),
      guard_(metrics.Guard(in_flight_.GetName(), metrics.LimitsOf<OperationLimits>().operations)),
      errors_guard_(metrics.Guard(errors_.GetName(), metrics.LimitsOf<OperationLimits>().errors)),
      translation_errors_guard_(metrics.Guard(
          translation_errors_.GetName(), metrics.LimitsOf<OperationLimits>().translation_errors)) {}

OperationMetrics& OperationFamilies::With(std::string_view operation) {
  operation = Label(operation);
  return operations_.FindOrMake(operation, {}, {}, [&] {
    return std::make_unique<OperationMetrics>(*this, std::string(operation));
  });
}

OperationMetrics::OperationMetrics(OperationFamilies& families, std::string operation)
    : operation_(std::move(operation)),
      families_(families),
      in_flight_(families.in_flight_.Add({{"operation", operation_}})),
      overhead_(families.overhead_.Add({{"operation", operation_}})),
      unknown_fields_(families.unknown_fields_.Add({{"operation", operation_}})),
      streams_active_(families.streams_active_.Add({{"operation", operation_}})),
      backpressure_(families.backpressure_.Add({{"operation", operation_}})),
      errors_(families.errors_, ReasonCount() * kOrigins * kCodes,
              ErrorLabels(operation_, families.errors_guard_)),
      streams_ended_(families.streams_ended_, "reason", kStreamEnds, {{"operation", operation_}}),
      usage_missing_(families.usage_missing_, "reason", kUsageMissing,
                     {{"operation", operation_}}) {
  streams_ended_.MakeAll();
  usage_missing_.MakeAll();
}

void OperationMetrics::Failed(const Error& error) {
  const auto origin = static_cast<size_t>(error.origin), code = static_cast<size_t>(error.code);
  errors_[(ReasonIndex(error.reason) * kOrigins + origin) * kCodes + code].Increment();
}

void OperationMetrics::TranslationError(std::string_view direction, std::string_view kind) {
  const std::string key = operation_ + '/' + std::string(direction) + '/' + std::string(kind);
  const bool admitted = families_.translation_errors_guard_.Admit(key);
  families_.translation_errors_
      .Add({{"operation", operation_},
            {"direction", std::string(admitted ? direction : kOtherLabel)},
            {"kind", std::string(admitted ? kind : kOtherLabel)}})
      .Increment();
}

void OperationMetrics::StreamClosed(StreamEnd end) {
  streams_active_.Decrement();
  streams_ended_[static_cast<size_t>(end)].Increment();
}

}  // namespace inferwire::telemetry
