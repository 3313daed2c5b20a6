// What serves batches: the store, the threads that wait for it, and the worker, made from the
// configuration.
#pragma once

#include <atomic>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "batch/options.h"
#include "batch/service.h"
#include "batch/worker.h"
#include "config.h"
#include "rpc/settings.h"
#include "store/executor.h"
#include "store/jobs.h"

namespace llmgate {

batch::Options BatchOptionsOf(const Config& config);

using SharedSettings = std::shared_ptr<const rpc::Settings>;

class Batches {
 public:
  struct Shared {
    const Clock& clock;
    Metrics& metrics;
    const http::TransferLimits& transfer_limits;
    Log& log;
  };
  // The error says why there is no store.
  static Result<std::unique_ptr<Batches>> Start(const Config& config, const Shared& shared,
                                                const SharedSettings& settings, uint64_t seed);
  ~Batches();

  const batch::Service& service() const { return *service_; }
  // Of a changed configuration; any thread.
  void Use(const Config& config, const SharedSettings& settings);
  // Work on batches ends, and goes on elsewhere or at the next start. Once no call asks any more.
  void Stop();
  // The worker went round since then.
  SteadyTime last_tick() const { return worker_->last_tick(); }
  // For the metrics page.
  size_t queued() const { return executor_ ? executor_->queued() : 0; }

 private:
  Batches() = default;

  std::atomic<std::shared_ptr<const batch::Options>> options_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Executor> executor_;
  std::unique_ptr<batch::Worker> worker_;
  std::unique_ptr<const batch::Service> service_;
};

}  // namespace llmgate
