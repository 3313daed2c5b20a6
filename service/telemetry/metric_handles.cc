#include <utility>

#include "telemetry/metric_families.h"
#include "telemetry/metric_labels.h"
#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

using prometheus::Labels;

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Labels With(Labels labels, const char* name, std::string_view value) {
  labels[name] = value;
  return labels;
}

// The labels of a counter set whose index is an enum's value.
template <class Enum>
CounterSet::LabelsOf ByEnum(Labels labels, const char* name) {
  return [labels = std::move(labels), name](size_t index) {
    return With(labels, name, Label(static_cast<Enum>(index)));
  };
}

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

CounterSet::LabelsOf AttemptLabels(const std::string& provider, const std::string& operation,
                                   LabelGuard& guard) {
  return [provider, operation, &guard](size_t index) -> Labels {
    const auto result = static_cast<AttemptResult>(index % kAttemptResults);
    if (!guard.Admit(provider + '/' + operation + '/' + std::to_string(index))) {
      return {{"gen_ai_provider_name", provider},
              {"operation", operation},
              {"http_status", std::string(kOtherLabel)},
              {"outcome", std::string(Label(result))}};
    }
    return {{"gen_ai_provider_name", provider},
            {"operation", operation},
            {"http_status", HttpStatusLabel(index / kAttemptResults)},
            {"outcome", std::string(Label(result))}};
  };
}

}  // namespace

RpcMetrics::RpcMetrics(const MetricFamilies& families, const Labels& labels)
    : started_(families.started.Add(labels)),
      received_(families.received.Add(labels)),
      sent_(families.sent.Add(labels)),
      handling_(families.handling.Add(labels)),
      handled_(families.handled, kCodes, [labels](size_t code) {
        return With(labels, "grpc_code", CodeLabel(static_cast<Code>(code)));
      }) {
  // The codes an alert asks for; the others appear when they happen.
  for (const Code code : {Code::kOk, Code::kUnknown, Code::kDeadlineExceeded, Code::kInternal,
                          Code::kUnavailable, Code::kDataLoss}) {
    handled_[static_cast<size_t>(code)];
  }
}

SpanMetrics::SpanMetrics(const MetricFamilies& families)
    : exported_(families.spans_exported.Add({})),
      dropped_(families.spans_dropped, kSpanDrops, ByEnum<SpanDrop>({}, "reason")) {
  dropped_.MakeAll();
}

void RpcMetrics::Handled(Code code, Duration duration) {
  handled_[static_cast<size_t>(code)].Increment();
  handling_.Observe(Seconds(duration));
}

OperationMetrics::OperationMetrics(const MetricFamilies& families, MetricGuards& guards,
                                   std::string operation)
    : operation_(std::move(operation)),
      guards_(guards),
      translation_errors_(families.translation_errors),
      in_flight_(families.in_flight.Add({{"operation", operation_}})),
      overhead_(families.overhead.Add({{"operation", operation_}})),
      unknown_fields_(families.unknown_fields.Add({{"operation", operation_}})),
      streams_active_(families.streams_active.Add({{"operation", operation_}})),
      backpressure_(families.backpressure.Add({{"operation", operation_}})),
      errors_(families.request_errors, ReasonCount() * kOrigins * kCodes,
              ErrorLabels(operation_, guards.errors)),
      streams_ended_(families.streams_ended, kStreamEnds,
                     ByEnum<StreamEnd>({{"operation", operation_}}, "reason")),
      usage_missing_(families.usage_missing, kUsageMissing,
                     ByEnum<UsageMissing>({{"operation", operation_}}, "reason")) {
  streams_ended_.MakeAll();
  usage_missing_.MakeAll();
}

void OperationMetrics::Failed(const Error& error) {
  const auto origin = static_cast<size_t>(error.origin), code = static_cast<size_t>(error.code);
  errors_[(ReasonIndex(error.reason) * kOrigins + origin) * kCodes + code].Increment();
}

void OperationMetrics::Overhead(Duration overhead) { overhead_.Observe(Seconds(overhead)); }

void OperationMetrics::TranslationError(std::string_view direction, std::string_view kind) {
  const std::string key = operation_ + '/' + std::string(direction) + '/' + std::string(kind);
  const bool admitted = guards_.translation_errors.Admit(key);
  translation_errors_
      .Add({{"operation", operation_},
            {"direction", std::string(admitted ? direction : kOtherLabel)},
            {"kind", std::string(admitted ? kind : kOtherLabel)}})
      .Increment();
}

void OperationMetrics::StreamClosed(StreamEnd end) {
  streams_active_.Decrement();
  streams_ended_[static_cast<size_t>(end)].Increment();
}

void OperationMetrics::Backpressure(Duration paused) { backpressure_.Increment(Seconds(paused)); }

void OperationMetrics::Missing(UsageMissing why) {
  usage_missing_[static_cast<size_t>(why)].Increment();
}

// What is a matter of the provider alone: a series per model would be hundreds.
static Labels WithoutModel(Labels labels) {
  labels.erase("gen_ai_request_model");
  return labels;
}

ModelMetrics::ModelMetrics(const MetricFamilies& families, MetricGuards& guards, Labels labels)
    : labels_(std::move(labels)),
      guards_(guards),
      durations_(families.operation_duration),
      input_(families.tokens.Add(With(labels_, "gen_ai_token_type", "input"))),
      output_(families.tokens.Add(With(labels_, "gen_ai_token_type", "output"))),
      first_chunk_(families.first_chunk.Add(labels_)),
      per_chunk_(families.per_chunk.Add(labels_)),
      success_(durations_.Add(With(labels_, "error_type", ""))),
      cost_(families.cost.Add(labels_)),
      unpriced_(families.unpriced.Add(labels_)),
      cost_differences_(families.cost_differences.Add(WithoutModel(labels_))),
      cached_(families.token_details.Add(With(labels_, "detail", "cached_input"))),
      reasoning_(families.token_details.Add(With(labels_, "detail", "reasoning_output"))) {}

void ModelMetrics::Tokens(int64_t input, int64_t output) {
  input_.Observe(static_cast<double>(input));
  output_.Observe(static_cast<double>(output));
}

void ModelMetrics::TokenDetails(int64_t cached, int64_t reasoning) {
  if (cached > 0) cached_.Increment(static_cast<double>(cached));
  if (reasoning > 0) reasoning_.Increment(static_cast<double>(reasoning));
}

void ModelMetrics::Cost(int64_t picousd) {
  cost_.Increment(static_cast<double>(picousd) * kUsdPerPicoUsd);
}

void ModelMetrics::FirstChunk(Duration since_start) { first_chunk_.Observe(Seconds(since_start)); }

void ModelMetrics::NextChunk(Duration since_last) { per_chunk_.Observe(Seconds(since_last)); }

void ModelMetrics::Ended(Duration duration, std::string_view error_type) {
  auto& histogram = error_type.empty() ? success_ : Failures(error_type);
  histogram.Observe(Seconds(duration));
}

prometheus::Histogram& ModelMetrics::Failures(std::string_view error_type) {
  std::string label = ErrorTypeLabel(error_type);
  std::string key = label;
  for (const auto& [name, value] : labels_) {
    key += '/' + value;
  }
  if (!guards_.model_errors.Admit(key)) {
    label = kOtherLabel;
  }
  return durations_.Add(With(labels_, "error_type", label));
}

UpstreamMetrics::UpstreamMetrics(const MetricFamilies& families, MetricGuards& guards,
                                 std::string provider, const std::string& operation)
    : provider_(std::move(provider)),
      guards_(guards),
      ratelimit_limit_(families.ratelimit_limit),
      ratelimit_remaining_(families.ratelimit_remaining),
      dns_(families.phases.Add({{"gen_ai_provider_name", provider_}, {"phase", "dns"}})),
      connect_(families.phases.Add({{"gen_ai_provider_name", provider_}, {"phase", "connect"}})),
      tls_(families.phases.Add({{"gen_ai_provider_name", provider_}, {"phase", "tls"}})),
      first_byte_(
          families.phases.Add({{"gen_ai_provider_name", provider_}, {"phase", "first_byte"}})),
      reused_(families.upstream_connections.Add(
          {{"gen_ai_provider_name", provider_}, {"reused", "true"}})),
      fresh_(families.upstream_connections.Add(
          {{"gen_ai_provider_name", provider_}, {"reused", "false"}})),
      unsolicited_(families.upstream_unsolicited.Add({{"gen_ai_provider_name", provider_}})),
      key_echoes_(families.key_echoes.Add({{"gen_ai_provider_name", provider_}})),
      sent_(families.upstream_bytes.Add(
          {{"gen_ai_provider_name", provider_}, {"direction", "sent"}})),
      received_(families.upstream_bytes.Add(
          {{"gen_ai_provider_name", provider_}, {"direction", "received"}})),
      attempts_(families.attempts, HttpStatusCount() * kAttemptResults,
                AttemptLabels(provider_, operation, guards.attempts)),
      retries_(families.retries, kRetryCauses,
               ByEnum<RetryCause>({{"gen_ai_provider_name", provider_}}, "reason")) {
  retries_.MakeAll();
}

void UpstreamMetrics::Attempt(int http_status, AttemptResult result) {
  attempts_[HttpStatusIndex(http_status) * kAttemptResults + static_cast<size_t>(result)]
      .Increment();
}

void UpstreamMetrics::Retry(RetryCause cause) { retries_[static_cast<size_t>(cause)].Increment(); }

void UpstreamMetrics::Phases(Duration resolve, Duration connect, Duration tls,
                             Duration first_byte) {
  const auto observe = [](prometheus::Histogram& phase, Duration took) {
    if (took > Duration::zero()) phase.Observe(Seconds(took));
  };
  observe(dns_, resolve);
  observe(connect_, connect);
  observe(tls_, tls);
  observe(first_byte_, first_byte);
}

void UpstreamMetrics::Bytes(int64_t sent, int64_t received) {
  sent_.Increment(static_cast<double>(sent));
  received_.Increment(static_cast<double>(received));
}

void UpstreamMetrics::RateLimit(std::string_view model, std::string_view metric, int64_t limit,
                                int64_t remaining) {
  std::lock_guard lock(mutex_);
  LimitGauges* const gauges = GaugesOf(model, metric);
  if (gauges == nullptr) {
    return;
  }
  const auto set = [&](auto& family, prometheus::Gauge*& gauge, int64_t value) {
    if (value < 0) {
      return;
    }
    if (gauge == nullptr) {
      gauge = &family.Add({{"gen_ai_provider_name", provider_},
                           {"gen_ai_request_model", std::string(model)},
                           {"limit", std::string(metric)}});
    }
    gauge->Set(static_cast<double>(value));
  };
  set(ratelimit_limit_, gauges->limit, limit);
  set(ratelimit_remaining_, gauges->remaining, remaining);
}

// Null if the family is full: a folded gauge would mix the limits of different models.
UpstreamMetrics::LimitGauges* UpstreamMetrics::GaugesOf(std::string_view model,
                                                        std::string_view metric) {
  if (const auto of_model = gauges_.find(model); of_model != gauges_.end()) {
    const auto found = of_model->second.find(metric);
    if (found != of_model->second.end()) {
      return &found->second;
    }
  }
  const std::string key = provider_ + '/' + std::string(model) + '/' + std::string(metric);
  if (!guards_.rate_limits.Admit(key)) {
    return nullptr;
  }
  return &gauges_[std::string(model)][std::string(metric)];
}

}  // namespace inferwire::telemetry
