// Looks at the budgets once a second: tells in the log, once per period, that a threshold was
// passed, and says on the metrics page how far each is used. A thread of its own, so that no call
// does it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/clock.h"
#include "rpc/settings.h"
#include "telemetry/budget_metrics.h"
#include "telemetry/log.h"

namespace inferwire::app {

class BudgetWatch {
 public:
  using Settings = std::function<std::shared_ptr<const rpc::Settings>()>;

  // settings: those in force; any thread.
  BudgetWatch(const Clock& clock, telemetry::BudgetMetrics& metrics, telemetry::Log& log,
              Settings settings);
  ~BudgetWatch();

  void Start();
  void Stop();
  // One look; any thread.
  void Look();

 private:
  struct Told {
    WallTime period_end{};
    int percent = 0;
  };
  void Consider(const limits::Limit& limit, const limits::Level& level);

  const Clock& clock_;
  telemetry::BudgetMetrics& metrics_;
  telemetry::Log& log_;
  const Settings settings_;

  std::mutex looking_;
  std::unordered_map<std::string, Told> told_;  // by budget; as many as there are meters

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace inferwire::app
