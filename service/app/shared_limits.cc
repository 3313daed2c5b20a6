#include "app/shared_limits.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include "app/meter_parts.h"
#include "app/store_location.h"
#include "limits/limit.h"
#include "policy/quota/limit_state.h"

namespace inferwire::app {
namespace {

// For what somebody asks by hand.
constexpr std::chrono::seconds kByHand{5};

// What people know a replica by: HOST-0123456789abcdef, of which the end is the process's number.
std::string HostPart() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return std::string(host.data()) + "-";
}

std::string NumberPart(uint64_t process) {
  std::array<char, 17> number{};
  std::snprintf(number.data(), number.size(), "%016llx", static_cast<unsigned long long>(process));
  return number.data();
}

}  // namespace

Result<std::shared_ptr<SharedLimits>> SharedLimits::Start(const config::Config& config,
                                                          const Clock& clock,
                                                          telemetry::Metrics& metrics,
                                                          telemetry::Log& log, uint64_t process) {
  auto location = StoreLocationOf(config.store);
  if (!location) return std::move(location.error());
  std::shared_ptr<SharedLimits> shared(new SharedLimits(config.limits, std::move(location->url),
                                                        HostPart() + NumberPart(process), clock,
                                                        metrics, log));
  shared->exchange_.Run();
  return shared;
}

void SharedLimits::SettleFrom(const std::string& ledger, bool users) {
  recovery_ = std::make_unique<DoubtRecovery>(
      ledger, HostPart(), users, std::make_unique<store::PostgresLeases>(url_, kByHand, replica_),
      log_);
}

void SharedLimits::Leave() {
  recovery_.reset();
  exchange_.Leave();
}

SharedLimits::SharedLimits(const config::LimitsConfig& config, std::string url, std::string replica,
                           const Clock& clock, telemetry::Metrics& metrics, telemetry::Log& log)
    : url_(std::move(url)),
      replica_(std::move(replica)),
      metrics_(metrics.Of<telemetry::LeaseMetrics>()),
      log_(log),
      store_(url_, config.store_timeout, replica_),
      exchange_(store_, clock, {.replicas = config.replicas, .timeout = config.store_timeout},
                this) {
  exchange_.Use(config.store_down);
}

void SharedLimits::OnGranted(std::function<void()> granted) {
  const std::lock_guard lock(mutex_);
  granted_ = std::move(granted);
}

Result<bool> SharedLimits::ResolveDoubt(const std::string& scope, const std::string& limit,
                                        const std::string& model, const std::string& replica,
                                        int64_t used) {
  store::PostgresLeases store(url_, kByHand, replica_);
  return store.Resolve(limits::MeterName(limit, scope, model), replica, used);
}

void SharedLimits::Exchanged(Kind kind, Outcome outcome, Duration took) {
  metrics_.Exchanged(static_cast<size_t>(kind), static_cast<size_t>(outcome), took);
}

void SharedLimits::Reached(bool reached, const std::string& why) {
  metrics_.StoreUp(reached);
  if (reached) return log_.Event(telemetry::LogLevel::kInfo, "limits_shared_again");
  log_.Event(telemetry::LogLevel::kWarning, "limits_not_shared", {{"error", why}});
}

void SharedLimits::Granted() {
  const std::lock_guard lock(mutex_);
  if (granted_) granted_();
}

void SharedLimits::Passed(const std::string& meter, int percent) {
  const MeterParts name = PartsOf(meter);
  if (!name.money()) return;
  log_.Event(telemetry::LogLevel::kWarning, "budget_threshold",
             {{"scope", policy::ScopeLabel(name.scope)},
              {"period", std::string(name.limit)},
              {"percent", int64_t{percent}}});
}

void SharedLimits::Overrun(const std::string& meter, int64_t amount) {
  if (PartsOf(meter).money()) metrics_.Overrun(amount);
}

void SharedLimits::InDoubt(const std::vector<limits::Doubt>& doubts) {
  std::map<std::string, int64_t> amounts;
  for (const limits::Doubt& doubt : doubts) {
    const MeterParts name = PartsOf(doubt.meter);
    if (name.money()) amounts[std::string(policy::ScopeLabel(name.scope))] += doubt.amount();
  }
  metrics_.InDoubt(amounts);
}

}  // namespace inferwire::app
