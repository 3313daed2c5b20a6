#include "base/batch_metrics.h"

namespace llmgate {
namespace {

constexpr size_t kMaxModels = 50, kMaxUpstreams = 20;

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  const std::string& name,
                                                  const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry,
                                              const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

}  // namespace

BatchMetrics::BatchMetrics(prometheus::Registry& registry, prometheus::Counter& overflow)
    : jobs_(Gauges(registry, "llmgate_batches", "Batches that are kept, by state.")),
      enqueued_(Gauges(registry, "llmgate_batch_enqueued_tokens",
                       "Estimated tokens of the shards in a model's batch queue.")),
      items_(
          Counters(registry, "llmgate_batch_items_total", "Ended items of batches, by outcome.")),
      submitted_(Counters(registry, "llmgate_batch_shards_submitted_total",
                          "Upstream batches created or found again.")),
      step_failures_(Counters(registry, "llmgate_batch_step_failures_total",
                              "Requests of a batch's work that had to be repeated.")),
      strange_lines_(Counters(registry, "llmgate_batch_strange_lines_total",
                              "Lines of upstream results that belong to no item.")),
      store_failures_(
          Counters(registry, "llmgate_store_failures_total", "Failures of the store.").Add({})),
      store_queue_(Gauges(registry, "llmgate_store_queue",
                          "Statements that wait for a connection to the store.")
                       .Add({})),
      swept_(
          Counters(registry, "llmgate_store_rows_deleted_total", "Rows that retention has deleted.")
              .Add({})),
      models_(kMaxModels, overflow),
      upstreams_(kMaxUpstreams, overflow) {}

prometheus::Counter& BatchMetrics::Of(prometheus::Family<prometheus::Counter>& family,
                                      std::string_view upstream) {
  return family.Add({{"gen_ai_provider_name", std::string(upstreams_.Fold(upstream))}});
}

void BatchMetrics::Jobs(const std::map<std::string_view, int64_t>& by_state) {
  for (const auto& [state, gauge] : seen_states_) gauge->Set(0);
  for (const auto& [state, count] : by_state) {
    prometheus::Gauge& gauge = jobs_.Add({{"status", std::string(state)}});
    gauge.Set(static_cast<double>(count));
    seen_states_[std::string(state)] = &gauge;
  }
}

void BatchMetrics::EnqueuedTokens(const std::map<std::string, int64_t>& by_model) {
  for (const auto& [model, gauge] : seen_models_) gauge->Set(0);
  for (const auto& [model, tokens] : by_model) {
    const std::string label(models_.Fold(model));
    prometheus::Gauge& gauge = enqueued_.Add({{"gen_ai_request_model", label}});
    gauge.Increment(static_cast<double>(tokens));
    seen_models_[label] = &gauge;
  }
}

void BatchMetrics::Items(std::string_view outcome, int64_t count) {
  if (count <= 0) return;
  items_.Add({{"outcome", std::string(outcome)}}).Increment(static_cast<double>(count));
}

void BatchMetrics::StrangeLines(std::string_view upstream, int64_t count) {
  if (count > 0) Of(strange_lines_, upstream).Increment(static_cast<double>(count));
}

}  // namespace llmgate
