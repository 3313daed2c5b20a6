#include "telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "telemetry/batch_metrics.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/maybe_billed_metrics.h"
#include "telemetry/metric_families.h"
#include "telemetry/metric_labels.h"
#include "telemetry/process_metrics.h"

namespace inferwire::telemetry {
namespace {

// Compares views, whoever owns the texts: clang 14 does not know how to order a tuple of strings
// before one of views.
struct ByText {
  using is_transparent = void;
  using Views = std::tuple<std::string_view, std::string_view, std::string_view>;
  bool operator()(const Views& a, const Views& b) const { return a < b; }
};

// The handles of one kind by their label values.
template <class Handle>
using Handles =
    std::map<std::tuple<std::string, std::string, std::string>, std::unique_ptr<Handle>, ByText>;

template <class Handle, class Make>
Handle& FindOrMake(Handles<Handle>& handles, std::string_view a, std::string_view b,
                   std::string_view c, const Make& make) {
  const auto found = handles.find(std::tuple(a, b, c));
  if (found != handles.end()) {
    return *found->second;
  }
  const auto key = std::tuple(std::string(a), std::string(b), std::string(c));
  return *handles.emplace(key, make(std::get<0>(key), std::get<1>(key), std::get<2>(key)))
              .first->second;
}

std::string Join(std::string_view a, std::string_view b, std::string_view c = {}) {
  return std::string(a).append("/").append(b).append("/").append(c);
}

prometheus::Counter& Overflow(const MetricFamilies& families, const std::string& family) {
  return families.label_overflow.Add({{"family", family}});
}

}  // namespace

MetricGuards::MetricGuards(const MetricFamilies& families, const MetricLimits& limits)
    : methods(limits.methods, Overflow(families, families.started.GetName())),
      operations(limits.operations, Overflow(families, families.in_flight.GetName())),
      errors(limits.errors, Overflow(families, families.request_errors.GetName())),
      models(limits.models, Overflow(families, families.tokens.family.GetName())),
      model_errors(limits.model_errors,
                   Overflow(families, families.operation_duration.family.GetName())),
      upstreams(limits.upstreams, Overflow(families, families.attempts.GetName())),
      attempts(limits.attempts, Overflow(families, families.attempts.GetName())),
      rate_limits(limits.rate_limits, Overflow(families, families.ratelimit_limit.GetName())),
      translation_errors(limits.translation_errors,
                         Overflow(families, families.translation_errors.GetName())),
      secrets(limits.secrets, Overflow(families, families.secret_loaded.GetName())) {}

struct Metrics::State {
  explicit State(const MetricLimits& limits) : guards(families, limits) {}

  prometheus::Registry registry;
  MetricFamilies families{registry};
  MetricGuards guards;
  BatchMetrics batches{registry, Overflow(families, "inferwire_batch_enqueued_tokens")};
  CallerMetrics callers{families, Overflow(families, families.caller_requests.GetName())};
  LoadMetrics load{registry};
  MaybeBilledMetrics maybe_billed{registry,
                                  Overflow(families, "inferwire_maybe_billed_requests_total")};
  std::mutex mutex;  // of what follows
  Handles<RpcMetrics> rpcs;
  Handles<OperationMetrics> operations;
  Handles<ModelMetrics> models;
  Handles<UpstreamMetrics> upstreams;
  SpanMetrics spans{families};
  uint64_t log_records_dropped = 0;
  prometheus::Gauge* config_info = nullptr;  // of the configuration in use
};

Metrics::Metrics(MetricLimits limits) : state_(std::make_unique<State>(limits)) {
  const MetricFamilies& families = state_->families;
  families.draining.Add({});
  families.in_flight_limit.Add({});
  families.connections.Add({});
  families.connections_abandoned.Add({});
  families.log_records_dropped.Add({});
  families.config_reload_good.Add({}).Set(1);
  for (size_t i = 0; i < kReloadResults; ++i) {
    families.config_reloads.Add({{"result", std::string(Label(static_cast<ReloadResult>(i)))}});
  }
  for (size_t i = 0; i < kRefusals; ++i) {
    families.connections_refused.Add({{"reason", std::string(Label(static_cast<Refusal>(i)))}});
  }
}

Metrics::~Metrics() = default;

RpcMetrics& Metrics::Rpc(std::string_view type, std::string_view service, std::string_view method) {
  if (!state_->guards.methods.Admit(Join(type, service, method))) {
    type = service = method = kOtherLabel;
  }
  std::lock_guard lock(state_->mutex);
  return FindOrMake(
      state_->rpcs, type, service, method, [&](const auto& t, const auto& s, const auto& m) {
        return std::make_unique<RpcMetrics>(
            state_->families,
            prometheus::Labels{{"grpc_type", t}, {"grpc_service", s}, {"grpc_method", m}});
      });
}

OperationMetrics& Metrics::Operation(std::string_view operation) {
  operation = state_->guards.operations.Fold(operation);
  std::lock_guard lock(state_->mutex);
  return FindOrMake(state_->operations, operation, {}, {}, [&](const auto& o, const auto&...) {
    return std::make_unique<OperationMetrics>(state_->families, state_->guards, o);
  });
}

ModelMetrics& Metrics::Model(std::string_view operation, std::string_view provider,
                             std::string_view model) {
  // The model is what clients choose, so it is what gives way.
  if (!state_->guards.models.Admit(Join(operation, provider, model))) {
    model = kOtherLabel;
    operation = state_->guards.operations.Fold(operation);
    provider = state_->guards.upstreams.Fold(provider);
  }
  std::lock_guard lock(state_->mutex);
  return FindOrMake(
      state_->models, operation, provider, model, [&](const auto& o, const auto& p, const auto& m) {
        return std::make_unique<ModelMetrics>(state_->families, state_->guards,
                                              prometheus::Labels{{"gen_ai_operation_name", o},
                                                                 {"gen_ai_provider_name", p},
                                                                 {"gen_ai_request_model", m}});
      });
}

BatchMetrics& Metrics::Batches() { return state_->batches; }

CallerMetrics& Metrics::Callers() { return state_->callers; }

LoadMetrics& Metrics::Load() { return state_->load; }

MaybeBilledMetrics& Metrics::MaybeBilled() { return state_->maybe_billed; }

UpstreamMetrics& Metrics::Upstream(std::string_view provider, std::string_view operation) {
  provider = state_->guards.upstreams.Fold(provider);  // operations are the code's own words
  std::lock_guard lock(state_->mutex);
  return FindOrMake(
      state_->upstreams, provider, operation, {}, [&](const auto& p, const auto& o, const auto&) {
        return std::make_unique<UpstreamMetrics>(state_->families, state_->guards, p, o);
      });
}

SpanMetrics& Metrics::Spans() { return state_->spans; }

void Metrics::BuildInfo(const std::string& version, const std::string& revision,
                        const std::string& grpc_version, const std::string& curl_version) {
  state_->families.build_info
      .Add({{"version", version},
            {"revision", revision},
            {"grpc_version", grpc_version},
            {"curl_version", curl_version}})
      .Set(1);
}

void Metrics::Draining(bool draining) { state_->families.draining.Add({}).Set(draining ? 1 : 0); }

void Metrics::InFlightLimit(double limit) { state_->families.in_flight_limit.Add({}).Set(limit); }

void Metrics::LogRecordsDropped(uint64_t total) {
  std::lock_guard lock(state_->mutex);
  if (total > state_->log_records_dropped) {
    const auto more = static_cast<double>(total - state_->log_records_dropped);
    state_->families.log_records_dropped.Add({}).Increment(more);
    state_->log_records_dropped = total;
  }
}

void Metrics::CertificateExpiry(const std::string& name, WallTime expiry) {
  const std::chrono::duration<double> seconds = expiry.time_since_epoch();
  state_->families.certificate_expiry.Add({{"cert", name}}).Set(seconds.count());
}

void Metrics::ConfigReloaded(ReloadResult result, bool good) {
  state_->families.config_reloads.Add({{"result", std::string(Label(result))}}).Increment();
  state_->families.config_reload_good.Add({}).Set(good ? 1 : 0);
}

void Metrics::ConfigInUse(const std::string& hash, WallTime since) {
  const std::chrono::duration<double> seconds = since.time_since_epoch();
  std::lock_guard lock(state_->mutex);
  auto& info = state_->families.config_info;
  if (state_->config_info) info.Remove(state_->config_info);
  state_->config_info = &info.Add({{"hash", hash}});
  state_->config_info->Set(1);
  state_->families.config_reload_time.Add({}).Set(seconds.count());
}

void Metrics::SecretLoaded(std::string_view name, WallTime when) {
  const std::chrono::duration<double> seconds = when.time_since_epoch();
  if (!state_->guards.secrets.Admit(name)) return;  // a folded time would be nobody's
  state_->families.secret_loaded.Add({{"secret", std::string(name)}}).Set(seconds.count());
}

void Metrics::Connections(size_t open) {
  state_->families.connections.Add({}).Set(static_cast<double>(open));
}

void Metrics::ConnectionRefused(Refusal why) {
  state_->families.connections_refused.Add({{"reason", std::string(Label(why))}}).Increment();
}

void Metrics::ConnectionAbandoned() { state_->families.connections_abandoned.Add({}).Increment(); }

std::string Metrics::Expose() const {
  auto families = state_->registry.Collect();
  auto process = ProcessMetrics();
  std::move(process.begin(), process.end(), std::back_inserter(families));
  std::sort(families.begin(), families.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace inferwire::telemetry
