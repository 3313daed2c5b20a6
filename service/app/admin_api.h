// The administrators' port: KeysService and TenantsService on a listener and a loop of their own,
// with bounds of their own. The callers' port knows nothing of it, and no call of theirs takes
// anything from it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "endpoints/directory/directory_backend.h"
#include "gateway/memory_budget.h"
#include "identity/key_fetcher.h"
#include "identity/refusals.h"
#include "identity/rules.h"
#include "policy/concurrency/concurrency.h"
#include "rpc/health.h"
#include "rpc/listener/listener.h"
#include "rpc/loop.h"
#include "rpc/registry.h"
#include "rpc/wire_server.h"
#include "store/executor.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace inferwire::app {

class AdminApi {
 public:
  // All of it outlives the port; the functions may be called from any thread.
  struct Parts {
    const Clock& clock;
    telemetry::Metrics& metrics;
    telemetry::Log& log;
    const http::TransferLimits& transfer_limits;
    telemetry::Tracer* tracer;  // null: nobody takes spans
    gateway::MemoryBudget& memory;
    identity::Refusals& refusals;
    identity::KeyFetcher& signing_keys;
    // To the directory, once the store is open; what is changed by it is in force at once.
    std::function<Result<std::unique_ptr<store::Directory>>()> connect;
    // As of endpoints::DirectoryBackend.
    std::function<Result<void>(const v1::Tenant&)> check_tenant;
    std::function<Result<void>(const v1::Key&)> check_key;
    std::function<void(const std::string& key)> cut_calls;
    std::function<Result<std::vector<v1::LimitState>>(const v1::Scope&)> limits{};
    std::function<Result<v1::LimitState>(const v1::ResolveDoubtRequest&)> resolve_doubt{};
  };

  // rules: as callers prove who they are; null: nobody asks them, here everybody is asked all the
  // same. The error has metadata["startup"].
  static Result<std::unique_ptr<AdminApi>> Start(const config::Config& config, Parts parts,
                                                 std::shared_ptr<const identity::Rules> rules);
  // Cuts what still runs.
  ~AdminApi();

  // Of a changed configuration; any thread. rules: as of Start.
  Result<void> Use(const config::Config& config, std::shared_ptr<const identity::Rules> rules);
  // Accepts nobody any more, and asks who is there to leave.
  void Leave();
  // Calls that run may end in this time, then they are told so. Once, last.
  void Stop(Duration time, const Error& why);

  int port() const { return listener_->port(); }
  const std::string& address() const { return listener_->address(); }
  bool healthy() const { return listener_->healthy(); }
  SteadyTime last_tick() const { return loops_.front()->last_tick(); }

 private:
  AdminApi(const config::Config& config, Parts parts);

  Result<std::shared_ptr<const rpc::Settings>> SettingsOf(
      const config::Config& config, std::shared_ptr<const identity::Rules> rules);
  Result<void> StartWire(std::shared_ptr<const rpc::Settings> settings);
  // Until there is a connection to the directory.
  void Connect();
  void WaitForCalls(SteadyTime until);

  const Parts parts_;
  const config::ServerConfig server_;
  const std::optional<config::TlsConfig> tls_;
  const int max_in_flight_;
  const std::shared_ptr<policy::Concurrency::Count> in_flight_ =
      std::make_shared<policy::Concurrency::Count>();
  std::atomic<std::shared_ptr<const identity::Rules>> rules_;
  std::atomic<std::shared_ptr<const endpoints::ConfiguredDirectory>> configured_;
  const rpc::LoopShared loop_shared_;
  rpc::HealthBoard health_board_;
  rpc::HealthService health_{health_board_};
  std::unique_ptr<rpc::Listener> listener_;
  std::vector<std::unique_ptr<rpc::Loop>> loops_;  // one
  // Its work ends before the loop that hears of it.
  std::unique_ptr<store::DirectoryExecutor> executor_;
  const endpoints::DirectoryBackend backend_;
  std::unique_ptr<rpc::Registry> registry_;
  std::unique_ptr<rpc::WireServer> wire_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool looked_ = false;  // for the directory, once at least
  bool stopping_ = false;
  std::thread connecting_;
};

}  // namespace inferwire::app
