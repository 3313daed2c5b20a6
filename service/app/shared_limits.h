// The limits of tenants, teams and keys where replicas share them by PostgreSQL: the exchange, its
// connection, and what it tells metrics and log. See limits/README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "app/doubt_recovery.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "limits/exchange.h"
#include "store/postgres_leases.h"
#include "telemetry/lease_metrics.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace inferwire::app {

class SharedLimits final : private limits::ExchangeObserver {
 public:
  // process: a number that no other process has or had, the ledger's if there is one. The error
  // says why the URL cannot be read; a store that is not there is none.
  static Result<std::shared_ptr<SharedLimits>> Start(const config::Config& config,
                                                     const Clock& clock,
                                                     telemetry::Metrics& metrics,
                                                     telemetry::Log& log, uint64_t process);

  limits::MeterSource& meters() { return exchange_; }
  // Of a changed configuration; any thread.
  void Use(const config::LimitsConfig& config) { exchange_.Use(config.store_down); }
  // What earlier processes of this host were lent and had spent when they died is in their ledger:
  // the folder, whose writers before this process are closed. Before Leave, once.
  // users: whether it names end users.
  void SettleFrom(const std::string& ledger, bool users);
  // Once no call asks any more.
  void Leave();
  // Called when leases came, on the exchange's thread; must not wait. Any thread, once.
  void OnGranted(std::function<void()> granted);

  // What a replica that is gone has used of a budget or a limit of a day, all told; what it was
  // lent beyond that is there again. scope: tenant/acme; limit: month, tpd, ...; model: of one
  // model only, or empty. False: nothing of it is in doubt. Blocks; any thread.
  Result<bool> ResolveDoubt(const std::string& scope, const std::string& limit,
                            const std::string& model, const std::string& replica, int64_t used);

  // The name of this replica in the store.
  const std::string& replica() const { return replica_; }

 private:
  SharedLimits(const config::LimitsConfig& config, std::string url, std::string replica,
               const Clock& clock, telemetry::Metrics& metrics, telemetry::Log& log);

  void Exchanged(Kind kind, Outcome outcome, Duration took) override;
  void Reached(bool reached, const std::string& why) override;
  void Live(int replicas) override { metrics_.Live(replicas); }
  void Granted() override;
  void Passed(const std::string& meter, int percent) override;
  void Overrun(const std::string& meter, int64_t amount) override;
  void InDoubt(const std::vector<limits::Doubt>& doubts) override;

  const std::string url_, replica_;
  telemetry::LeaseMetrics& metrics_;
  telemetry::Log& log_;
  std::mutex mutex_;
  std::function<void()> granted_;
  store::PostgresLeases store_;
  limits::Exchange exchange_;                // its thread uses those before it
  std::unique_ptr<DoubtRecovery> recovery_;  // null: there is nothing to recover
};

}  // namespace inferwire::app
