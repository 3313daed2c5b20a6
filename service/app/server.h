// The whole service: owns what is shared, the loops, the listener and the admin port, and knows the
// order in which they start and end.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "admin/admin_server.h"
#include "app/admin_api.h"
#include "app/audit_trail.h"
#include "app/batch_runtime.h"
#include "app/budget_watch.h"
#include "app/call_settings.h"
#include "app/config_reloader.h"
#include "app/credential_store.h"
#include "app/directory_watcher.h"
#include "app/shared_keys.h"
#include "app/shared_limits.h"
#include "app/stored_directory.h"
#include "app/try_box.h"
#include "base/clock.h"
#include "base/result.h"
#include "batch/ownership.h"
#include "catalogue/catalogue.h"
#include "config/config.h"
#include "endpoints/usage/usage_backend.h"
#include "gateway/memory_budget.h"
#include "identity/key_fetcher.h"
#include "identity/refusals.h"
#include "ledger/book.h"
#include "ledger/uploader.h"
#include "limits/pump.h"
#include "platform/memory_trim.h"
#include "policy/quota/queue_counts.h"
#include "rpc/health.h"
#include "rpc/idempotent_calls.h"
#include "rpc/listener/listener.h"
#include "rpc/loop.h"
#include "rpc/registry.h"
#include "rpc/wire_server.h"
#include "simulator/simulator.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "telemetry/shown_calls.h"
#include "telemetry/tracer.h"
#include "upstream/prober.h"

namespace inferwire::app {

class Server {
 public:
  // Starts everything; the error says what could not be, and in metadata["startup"] whether it was
  // a secret or an address. The log goes to `log`, which outlives it.
  // source: where the configuration can be read again.
  static Result<std::unique_ptr<Server>> Start(config::Config config, std::ostream& log,
                                               ConfigSource source = {});
  // Drains in no time if nobody has drained before.
  ~Server();

  // Stops accepting, lets connections leave and calls finish, cuts what is left at the end of the
  // configured times, and returns when nothing runs any more. Once.
  void Drain();
  // Takes over what has changed in the configuration and the keys; any thread.
  telemetry::ReloadResult Reload() { return reloader_.Reload(); }
  // Shortens a running or later drain to the time for a second signal; any thread.
  void Hurry();

  int port() const { return listener_->port(); }
  int admin_port() const { return admin_->port(); }
  std::string address() const { return listener_->address(); }
  // Of the administrators' API; 0: it is not served.
  int admin_api_port() const { return admin_api_ ? admin_api_->port() : 0; }
  telemetry::Metrics& metrics() { return metrics_; }
  // What /metrics answers, with what is only measured when it is asked for.
  std::string MetricsPage(bool open_metrics);
  // What is known of models.
  catalogue::Snapshot& catalogue() { return catalogue_; }
  // To the tenants and keys of the store, for whoever changes them here: what such a connection
  // changes is served at once and is in the log. Any thread; STORE_UNAVAILABLE before it is open.
  Result<std::unique_ptr<store::SqlDirectory>> ConnectDirectory();

 private:
  Server(config::Config config, std::ostream& log, ConfigSource source);

  // The settings of this configuration, with what they need started.
  Result<std::shared_ptr<const rpc::Settings>> Prepare(const config::Config& given);
  Result<void> Apply(const config::Config& config);
  // The upstreams that are in use, to whoever asks after their health.
  void CheckHealthOf(const std::shared_ptr<const rpc::Settings>& settings);
  void TellWhetherAsked(const config::Config& config);
  void TellOfPriceList(const config::Config& config);
  // Lets calls that wait under their callers' limits go on, where any may wait.
  void RunQueue();
  void MakeDirectory();
  void StartDirectory();
  // Whether it can be said of a key that it is wrong.
  bool KnowsCallers() const;
  Result<void> Use(std::shared_ptr<const StoredDirectory> directory);
  // The configuration, and what the store's directory adds to it.
  config::Config WithDirectory(const config::Config& config);
  // changed: told of each change that is made by it.
  Result<std::unique_ptr<store::SqlDirectory>> ConnectDirectory(
      const std::function<void()>& changed);
  void StopQueue();
  Result<void> StartTracing();
  Result<void> StartLedger();
  Result<void> StartSharedLimits();
  Result<void> StartSettings();
  Result<void> StartBatches();
  Result<void> StartStore();
  Result<void> StartUploader();
  void StartKeys();
  Result<void> StartWire();
  Result<void> StartAdminApi();
  Result<void> StartTryBox();
  Result<void> StartAdmin();

  void WaitForConnectionsToLeave(SteadyTime until);
  void WatchLastCalls(const std::future<void>& ended, Duration most);
  void ShutdownWire();
  void WatchShutdown(const std::future<void>& ended);
  void FinishLedger();
  size_t LiveCalls() const;
  // The end of the drain is at most so far away from now on.
  void HurryWithin(Duration time);
  SteadyTime SoonerIfHurried(SteadyTime time) const;
  admin::Health Live() const;
  admin::Health Ready() const;

  const config::Config config_;  // at the start
  const SystemClock clock_;
  telemetry::Metrics metrics_;
  telemetry::Log log_;
  telemetry::ShownCalls shown_calls_{clock_.Now()};
  const http::TransferLimits transfer_limits_;
  CredentialStore keys_;
  catalogue::Snapshot catalogue_;
  gateway::MemoryBudget memory_;
  identity::Refusals refusals_;
  routing::Board board_{clock_};
  upstream::Resolver resolver_;
  upstream::Listings listings_;
  policy::QueueCounts queue_counts_;
  identity::KeyFetcher signing_keys_;
  const SettingsParts settings_parts_;
  std::unique_ptr<limits::Pump> queue_pump_;  // null: no call waits under its limits
  std::unique_ptr<ledger::Book> ledger_;      // null: nothing is booked
  std::shared_ptr<SharedLimits> limits_;      // with the meters; null: they are this process's own
  std::unique_ptr<rpc::IdempotentCalls> idempotent_;  // from StartWire on
  std::unique_ptr<telemetry::Tracer> tracer_;         // null: no collector is configured
  std::unique_ptr<simulator::Simulator> simulator_;
  // In use, for calls that begin now; what is left behind is freed with the last call that has it.
  std::atomic<std::shared_ptr<const rpc::Settings>> settings_;
  std::unique_ptr<rpc::Registry> registry_;  // of all endpoints; from StartWire on
  rpc::HealthBoard health_board_;
  rpc::HealthService health_;
  std::unique_ptr<const rpc::LoopShared> loop_shared_;  // from StartWire on
  std::unique_ptr<rpc::Listener> listener_;
  std::vector<std::unique_ptr<rpc::Loop>> loops_;     // whose connections the listener closes
  std::unique_ptr<BatchRuntime> batches_;             // none: no store
  std::unique_ptr<ledger::Uploader> uploader_;        // none: no ledger, or no store
  std::unique_ptr<StoreKeys> shared_keys_;            // none: keys hold within this process
  std::optional<endpoints::UsageBackend> usage_;      // as uploader_
  std::unique_ptr<batch::StoreOwnership> ownership_;  // from StartBatches on
  std::unique_ptr<rpc::WireServer> wire_;
  std::unique_ptr<AdminApi> admin_api_;  // null: it is not served
  std::unique_ptr<TryBox> try_box_;      // null: it is not wanted, or the drain has begun
  std::mutex trying_;                    // guards it
  upstream::Prober prober_;
  std::unique_ptr<AuditTrail> audit_;              // none: no directory
  std::shared_ptr<const StoredDirectory> stored_;  // in use; null: nothing was read
  std::set<std::string> told_ignored_;             // by WithDirectory
  ConfigReloader reloader_;
  std::unique_ptr<DirectoryWatcher> directory_;  // none: it is not configured
  BudgetWatch budgets_{clock_, metrics_.Of<telemetry::BudgetMetrics>(), log_,
                       [this] { return settings_.load(); }};
  std::unique_ptr<admin::AdminServer> admin_;
  platform::MemoryTrim memory_trim_{clock_, memory_, metrics_.Of<telemetry::LoadMetrics>()};

  std::optional<bool> told_asks_;  // by TellWhetherAsked
  std::string told_list_;          // by TellOfPriceList: its content

  mutable std::mutex mutex_;
  std::condition_variable hurried_;
  std::optional<SteadyTime> hurried_until_;  // when calls are told to end
  bool drained_ = false;
  std::atomic<bool> draining_{false};
  size_t calls_cut_ = 0;  // by the drain
};

}  // namespace inferwire::app
