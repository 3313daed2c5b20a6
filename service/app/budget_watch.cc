#include "app/budget_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/usd_text.h"
#include "policy/quota/quota.h"

namespace inferwire::app {
namespace {

constexpr std::chrono::seconds kEvery{1};

std::string NameOf(const limits::Limit& limit) {
  return limit.model.empty() ? limit.scope : limit.scope + " " + limit.model;
}

// The highest of the thresholds that has been reached; 0: none.
int Reached(const limits::Limit& limit, const limits::Level& level) {
  int reached = 0;
  const double used = static_cast<double>(level.used) * 100;
  for (const int percent : limit.alerts) {
    if (used >= static_cast<double>(level.amount) * percent) reached = std::max(reached, percent);
  }
  return reached;
}

}  // namespace

BudgetWatch::BudgetWatch(const Clock& clock, telemetry::BudgetMetrics& metrics, telemetry::Log& log,
                         Settings settings)
    : clock_(clock), metrics_(metrics), log_(log), settings_(std::move(settings)) {}

BudgetWatch::~BudgetWatch() { Stop(); }

void BudgetWatch::Start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kEvery, [this] { return stopping_; })) {
      lock.unlock();
      Look();
      lock.lock();
    }
  });
}

void BudgetWatch::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void BudgetWatch::Look() {
  const auto settings = settings_();
  if (!settings || !settings->quota) return;
  const std::lock_guard lock(looking_);
  settings->quota->Visit([this](const limits::Limit& limit, const limits::Level& level) {
    if (IsMoney(limit.kind)) Consider(limit, level);
  });
  // Those of tenants that are gone.
  const WallTime now = clock_.WallNow();
  std::erase_if(told_, [now](const auto& entry) { return entry.second.period_end < now; });
}

void BudgetWatch::Consider(const limits::Limit& limit, const limits::Level& level) {
  const std::string scope = NameOf(limit);
  const std::string_view period = Name(limit.kind);
  metrics_.Used(scope, period, level.used_ratio(),
                std::max<Duration>(level.period_end - clock_.WallNow(), Duration::zero()));
  Told& told = told_[std::string(period) + " " + scope];
  if (told.period_end != level.period_end) told = {level.period_end, 0};
  const int reached = Reached(limit, level);
  if (reached <= told.percent) return;
  told.percent = reached;
  log_.Event(telemetry::LogLevel::kWarning, "budget_threshold",
             {{"scope", scope},
              {"period", period},
              {"percent", int64_t{reached}},
              {"limit_usd", gateway::UsdText(level.amount)},
              {"used_usd", gateway::UsdText(level.used)},
              {"refuses", limit.on_exceed == limits::OnExceed::kRefuse}});
}

}  // namespace inferwire::app
