// What serves batches: the store, the threads that wait for it, and the worker, made from the
// configuration.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "batch/options.h"
#include "batch/worker.h"
#include "config/config.h"
#include "endpoints/batches/batch_backend.h"
#include "rpc/settings.h"
#include "store/executor.h"
#include "store/idempotent_keys.h"
#include "store/jobs.h"
#include "store/sql_directory.h"
#include "store/usage.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace inferwire::app {

batch::Options BatchOptionsOf(const config::Config& config);
// Nothing: callers prove nothing here, and what lies at the upstreams is everybody's.
std::optional<batch::OwnershipRules> OwnershipOf(const config::Config& config);
// How owners are dealt with, where there are any.
batch::OwnershipRules OwnershipRulesOf(const config::StoreConfig& store);

using SharedSettings = std::shared_ptr<const rpc::Settings>;

class BatchRuntime {
 public:
  struct Shared {
    const Clock& clock;
    telemetry::Metrics& metrics;
    const http::TransferLimits& transfer_limits;
    telemetry::Log& log;
    telemetry::LedgerMetrics* ledger = nullptr;  // null: nothing is booked
  };
  // Without its store it serves nothing and opens it as soon as it can: chat does not wait for it.
  // The error says why the configuration cannot be, e.g. that the URL is not to be read.
  static Result<std::unique_ptr<BatchRuntime>> Start(const config::Config& config,
                                                     const Shared& shared,
                                                     const SharedSettings& settings, uint64_t seed);
  ~BatchRuntime();

  const endpoints::BatchBackend& service() const { return *service_; }
  store::Executor& executor() { return *executor_; }
  // A connection to the store for the ledger's sums; any thread. STORE_UNAVAILABLE before it is
  // open.
  Result<std::unique_ptr<store::Usage>> ConnectUsage();
  // The same for tenants and keys.
  Result<std::unique_ptr<store::SqlDirectory>> ConnectDirectory(
      store::SqlDirectory::Options options);
  // Where the store is.
  const store::Location& location() const { return location_; }
  // The same for idempotency keys; only where the store is PostgreSQL.
  Result<std::unique_ptr<store::IdempotentKeys>> ConnectKeys(
      const store::IdempotentKeys::Times& times);
  // Of a changed configuration; any thread.
  void Use(const config::Config& config, const SharedSettings& settings);
  // Work on batches ends, and goes on elsewhere or at the next start. Once no call asks any more.
  void Stop();
  // For the metrics page.
  void Measure();

 private:
  BatchRuntime(const Shared& shared, store::Location location, int connections, size_t max_queued,
               uint64_t seed);

  void Keep();
  Result<void> Open();
  Result<void> Opened();
  void WithWorker(const std::function<void(batch::Worker&)>& use);

  const Shared shared_;
  telemetry::BatchMetrics& metrics_;
  const store::Location location_;
  const int connections_;
  const uint64_t seed_;
  std::atomic<std::shared_ptr<const batch::Options>> options_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Executor> executor_;
  endpoints::Watchers watchers_;
  std::unique_ptr<const endpoints::BatchBackend> service_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool looked_ = false;  // at the store, once at least
  bool stopping_ = false;
  batch::WorkerVersion version_;
  std::unique_ptr<batch::Worker> worker_;  // none: there is no store yet
  std::thread keeper_;
};

}  // namespace inferwire::app
