// After a start in place: what processes that died had spent of shared budgets is in their ledger,
// so it need not stay in doubt. A thread of its own, until nothing of theirs is in doubt, or it is
// given up: then the budgets' periods end it, or somebody by hand.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "limits/lease_store.h"
#include "telemetry/log.h"

namespace inferwire::app {

class DoubtRecovery {
 public:
  // folder: of the ledger, whose earlier writers are closed. replicas: what the names of replicas
  // of this host begin with; their ends are the writers' numbers. users: whether the ledger names
  // end users: without that nothing is known of their budgets. store: for this thread only.
  DoubtRecovery(std::string folder, std::string replicas, bool users,
                std::unique_ptr<limits::LeaseStore> store, telemetry::Log& log);
  ~DoubtRecovery();

 private:
  void Run();
  // How many were settled.
  Result<int> Settle();
  Result<bool> Settle(const limits::Doubt& doubt);
  // False: it was stopped.
  bool Wait(std::chrono::seconds time);

  const std::string folder_, replicas_;
  const bool users_;
  const std::unique_ptr<limits::LeaseStore> store_;
  telemetry::Log& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace inferwire::app
