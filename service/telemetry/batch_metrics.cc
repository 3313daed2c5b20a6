#include "telemetry/batch_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxModels = 50, kMaxUpstreams = 20;

}  // namespace

BatchMetrics::BatchMetrics(Metrics& metrics)
    : jobs_(metrics.Gauges("inferwire_batches", "Batches that are kept, by state.")),
      enqueued_(metrics.Gauges("inferwire_batch_enqueued_tokens",
                               "Estimated tokens of the shards in a model's batch queue.")),
      items_(
          metrics.Counters("inferwire_batch_items_total", "Ended items of batches, by outcome.")),
      submitted_(metrics.Counters("inferwire_batch_shards_submitted_total",
                                  "Upstream batches created or found again.")),
      moved_(metrics.Counters("inferwire_batch_shards_moved_total",
                              "Shards that went on to another key or target, by the upstream that "
                              "had not accepted them.")),
      step_failures_(metrics.Counters("inferwire_batch_step_failures_total",
                                      "Requests of a batch's work that had to be repeated.")),
      strange_lines_(metrics.Counters("inferwire_batch_strange_lines_total",
                                      "Lines of upstream results that belong to no item.")),
      store_failures_(
          metrics.Counters("inferwire_store_failures_total", "Failures of the store.").Add({})),
      store_refused_(
          metrics
              .Counters("inferwire_store_refused_total",
                        "Questions that were not put to the store: there is none, or too "
                        "many wait.")
              .Add({})),
      budget_refused_(
          metrics
              .Counters("inferwire_store_budget_refused_total",
                        "Batches and ids refused because the store's budget is used up.")
              .Add({})),
      store_up_(metrics
                    .Gauges("inferwire_store_up",
                            "1 while the store answers; batches are refused or wait while it is 0.")
                    .Add({})),
      store_queue_(metrics
                       .Gauges("inferwire_store_queue",
                               "Statements that wait for a connection to the store.")
                       .Add({})),
      store_bytes_(
          metrics
              .Gauges("inferwire_store_bytes", "Bytes of items and results that the store keeps.")
              .Add({})),
      store_budget_(
          metrics.Gauges("inferwire_store_budget_bytes", "Bytes that it may keep; 0: no bound.")
              .Add({})),
      store_free_(metrics
                      .Gauges("inferwire_store_free_bytes",
                              "Free bytes of the file system that the store's file is on.")
                      .Add({})),
      swept_(
          metrics.Counters("inferwire_store_rows_deleted_total", "Rows that retention has deleted.")
              .Add({})),
      files_removed_(metrics
                         .Counters("inferwire_batch_files_removed_total",
                                   "Files of deleted batches at upstreams, by outcome.")
                         .Add({{"outcome", "removed"}})),
      files_left_(metrics
                      .Counters("inferwire_batch_files_removed_total",
                                "Files of deleted batches at upstreams, by outcome.")
                      .Add({{"outcome", "given_up"}})),
      worker_behind_(metrics
                         .Gauges("inferwire_batch_worker_behind_seconds",
                                 "Time since the batch worker went round last.")
                         .Add({})),
      watchers_(
          metrics.Gauges("inferwire_batch_watchers", "Calls that wait for a batch's next change.")
              .Add({})),
      models_(metrics.Guard(enqueued_.GetName(), kMaxModels)),
      upstreams_(metrics.Guard(enqueued_.GetName(), kMaxUpstreams)) {}

Counter& BatchMetrics::Of(CounterFamily& family, std::string_view upstream) {
  return family.Add({{"gen_ai_provider_name", std::string(upstreams_.Fold(upstream))}});
}

void BatchMetrics::MakeUpstream(std::string_view upstream) {
  for (CounterFamily* family : {&submitted_, &moved_, &step_failures_, &strange_lines_}) {
    Of(*family, upstream);
  }
}

void BatchMetrics::Jobs(const std::map<std::string_view, int64_t>& by_state) {
  for (const auto& [state, gauge] : seen_states_) gauge->Set(0);
  for (const auto& [state, count] : by_state) {
    Gauge& gauge = jobs_.Add({{"status", std::string(state)}});
    gauge.Set(static_cast<double>(count));
    seen_states_[std::string(state)] = &gauge;
  }
}

void BatchMetrics::EnqueuedTokens(const std::map<std::string, int64_t>& by_model) {
  for (const auto& [model, gauge] : seen_models_) gauge->Set(0);
  for (const auto& [model, tokens] : by_model) {
    const std::string label(models_.Fold(model));
    Gauge& gauge = enqueued_.Add({{"gen_ai_request_model", label}});
    gauge.Increment(static_cast<double>(tokens));
    seen_models_[label] = &gauge;
  }
}

void BatchMetrics::StoreSpace(int64_t bytes, int64_t budget, std::optional<int64_t> free) {
  store_bytes_.Set(static_cast<double>(bytes));
  store_budget_.Set(static_cast<double>(budget));
  if (free) store_free_.Set(static_cast<double>(*free));
}

void BatchMetrics::Items(std::string_view outcome, int64_t count) {
  if (count <= 0) return;
  items_.Add({{"outcome", std::string(outcome)}}).Increment(static_cast<double>(count));
}

void BatchMetrics::StrangeLines(std::string_view upstream, int64_t count) {
  if (count > 0) Of(strange_lines_, upstream).Increment(static_cast<double>(count));
}

}  // namespace inferwire::telemetry
