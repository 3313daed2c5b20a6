#include "telemetry/upstream_metrics.h"

#include <array>
#include <memory>
#include <utility>

#include "telemetry/metric_labels.h"
#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kAttemptResults{"success", "retried", "failed"};
constexpr std::array kRetryCauses{"connect", "tls", "dns", "timeout", "credentials"};

CounterSet::LabelsOf AttemptLabels(const Labels& labels, const std::string& operation,
                                   LabelGuard& guard) {
  return [labels = With(labels, "operation", operation), operation, &guard](size_t index) {
    const std::string key =
        labels.at("gen_ai_provider_name") + '/' + operation + '/' + std::to_string(index);
    const std::string status = guard.Admit(key) ? HttpStatusLabel(index / kAttemptResults.size())
                                                : std::string(kOtherLabel);
    return With(With(labels, "http_status", status), "outcome",
                kAttemptResults[index % kAttemptResults.size()]);
  };
}

}  // namespace

UpstreamFamilies::UpstreamFamilies(Metrics& metrics)
    : attempts_(
          metrics.Counters("inferwire_upstream_attempts_total", "HTTP attempts at upstreams.")),
      retries_(metrics.Counters("inferwire_upstream_retries_total",
                                "Repeated attempts, by what went wrong before.")),
      phases_(metrics.Histograms(
          "inferwire_upstream_phase_seconds",
          "Duration of one phase of an attempt; dns, connect and tls on new connections only.",
          {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30})),
      connections_(metrics.Counters("inferwire_upstream_connections_total",
                                    "Attempts that had a connection, by its kind.")),
      unsolicited_(metrics.Counters(
          "inferwire_upstream_unsolicited_connections_total",
          "Connections closed because the upstream sent bytes that nobody had asked for.")),
      key_echoes_(metrics.Counters(
          "inferwire_upstream_key_echoes_total",
          "Answers in which the upstream repeated the key that was sent; it was made unreadable.")),
      bytes_(metrics.Counters("inferwire_upstream_bytes_total", "Body bytes, by direction.")),
      ratelimit_limit_(metrics.Gauges("inferwire_upstream_ratelimit_limit",
                                      "The upstream's last stated limit.")),
      ratelimit_remaining_(metrics.Gauges("inferwire_upstream_ratelimit_remaining",
                                          "What the upstream said is left of its limit.")),
      guard_(metrics.Guard(attempts_.GetName(), metrics.LimitsOf<UpstreamLimits>().upstreams)),
      attempts_guard_(
          metrics.Guard(attempts_.GetName(), metrics.LimitsOf<UpstreamLimits>().attempts)),
      rate_limits_guard_(metrics.Guard(ratelimit_limit_.GetName(),
                                       metrics.LimitsOf<UpstreamLimits>().rate_limits)) {}

UpstreamMetrics& UpstreamFamilies::With(std::string_view provider, std::string_view operation) {
  provider = Label(provider);
  return upstreams_.FindOrMake(provider, operation, {}, [&] {
    return std::make_unique<UpstreamMetrics>(*this, std::string(provider), std::string(operation));
  });
}

UpstreamMetrics::UpstreamMetrics(UpstreamFamilies& families, std::string provider,
                                 const std::string& operation)
    : provider_(std::move(provider)),
      labels_{{"gen_ai_provider_name", provider_}},
      families_(families),
      dns_(families.phases_.Add(With(labels_, "phase", "dns"))),
      connect_(families.phases_.Add(With(labels_, "phase", "connect"))),
      tls_(families.phases_.Add(With(labels_, "phase", "tls"))),
      first_byte_(families.phases_.Add(With(labels_, "phase", "first_byte"))),
      reused_(families.connections_.Add(With(labels_, "reused", "true"))),
      fresh_(families.connections_.Add(With(labels_, "reused", "false"))),
      unsolicited_(families.unsolicited_.Add(labels_)),
      key_echoes_(families.key_echoes_.Add(labels_)),
      sent_(families.bytes_.Add(With(labels_, "direction", "sent"))),
      received_(families.bytes_.Add(With(labels_, "direction", "received"))),
      attempts_(families.attempts_, HttpStatusCount() * kAttemptResults.size(),
                AttemptLabels(labels_, operation, families.attempts_guard_)),
      retries_(families.retries_, "reason", kRetryCauses, labels_) {
  retries_.MakeAll();
}

void UpstreamMetrics::Attempt(int http_status, AttemptResult result) {
  attempts_[HttpStatusIndex(http_status) * kAttemptResults.size() + static_cast<size_t>(result)]
      .Increment();
}

void UpstreamMetrics::Phases(Duration resolve, Duration connect, Duration tls,
                             Duration first_byte) {
  const auto observe = [](Histogram& phase, Duration took) {
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
  const auto set = [&](GaugeFamily& family, Gauge*& gauge, int64_t value) {
    if (value < 0) {
      return;
    }
    if (gauge == nullptr) {
      gauge = &family.Add(With(With(labels_, "gen_ai_request_model", model), "limit", metric));
    }
    gauge->Set(static_cast<double>(value));
  };
  set(families_.ratelimit_limit_, gauges->limit, limit);
  set(families_.ratelimit_remaining_, gauges->remaining, remaining);
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
  if (!families_.rate_limits_guard_.Admit(key)) {
    return nullptr;
  }
  return &gauges_[std::string(model)][std::string(metric)];
}

}  // namespace inferwire::telemetry
