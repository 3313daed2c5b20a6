// The metrics of batches and of the store behind them. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class BatchMetrics {
 public:
  explicit BatchMetrics(Metrics& metrics);

  // Batches that are not deleted, by the name of their state; states that are missing have none.
  void Jobs(const std::map<std::string_view, int64_t>& by_state);
  // By model: tokens of the shards that are at an upstream.
  void EnqueuedTokens(const std::map<std::string, int64_t>& by_model);
  // outcome: succeeded, failed, expired or cancelled.
  void Items(std::string_view outcome, int64_t count);
  // The series of an upstream, at zero.
  void MakeUpstream(std::string_view upstream);
  void Submitted(std::string_view upstream) { Of(submitted_, upstream).Increment(); }
  // A shard went to another key or target before this one had accepted its batch.
  void Moved(std::string_view from) { Of(moved_, from).Increment(); }
  // A request of a batch's work that has to be repeated.
  void StepFailed(std::string_view upstream) { Of(step_failures_, upstream).Increment(); }
  // Lines of an upstream's results that belong to no item.
  void StrangeLines(std::string_view upstream, int64_t count);

  void StoreFailed() {
    store_failures_.Increment();
    store_up_.Set(0);
  }
  // The store has answered, or has been given up for now.
  void StoreUp(bool up) { store_up_.Set(up ? 1 : 0); }
  // A question that was not put to the store: there is none, or there are too many.
  void StoreRefused() { store_refused_.Increment(); }
  // Bytes of items and results, of how many that may be (0: no bound), and what the file system
  // has.
  void StoreSpace(int64_t bytes, int64_t budget, std::optional<int64_t> free);
  void BudgetRefused() { budget_refused_.Increment(); }
  // A file at an upstream is gone, or was given up.
  void FileRemoved(bool gone) { (gone ? files_removed_ : files_left_).Increment(); }
  // Calls that wait for a batch's next change.
  void Watchers(size_t count) { watchers_.Set(static_cast<double>(count)); }
  // How long ago the worker went round last.
  void WorkerBehind(double seconds) { worker_behind_.Set(seconds); }
  // Statements that wait for a connection to the store.
  void StoreQueue(size_t waiting) { store_queue_.Set(static_cast<double>(waiting)); }
  void Swept(int64_t rows) { swept_.Increment(static_cast<double>(rows)); }

 private:
  Counter& Of(CounterFamily& family, std::string_view upstream);

  GaugeFamily& jobs_;
  GaugeFamily& enqueued_;
  CounterFamily& items_;
  CounterFamily& submitted_;
  CounterFamily& moved_;
  CounterFamily& step_failures_;
  CounterFamily& strange_lines_;
  Counter& store_failures_;
  Counter& store_refused_;
  Counter& budget_refused_;
  Gauge& store_up_;
  Gauge& store_queue_;
  Gauge &store_bytes_, &store_budget_, &store_free_;
  Counter& swept_;
  Counter &files_removed_, &files_left_;
  Gauge &worker_behind_, &watchers_;
  LabelGuard models_, upstreams_;
  std::map<std::string, Gauge*> seen_states_, seen_models_;
};

}  // namespace inferwire::telemetry
