#include "upstream/health_checks.h"

#include <algorithm>
#include <utility>

namespace inferwire::upstream {
namespace {

using routing::Condition;
using Result = telemetry::HealthCheck;

constexpr double kJitter = 0.2;  // to both sides, so that gateways do not ask in step

// What a person has drained, or the provider wants left alone, is.
bool Wanted(const routing::PlaceState& place, bool all, SteadyTime now) {
  const Condition condition = place.At(now);
  if (condition == Condition::kOut || condition == Condition::kProbing) return true;
  return all && condition != Condition::kDrained && condition != Condition::kCoolingDown;
}

}  // namespace

// One upstream's.
class HealthChecks::Round {
 public:
  Round(HealthChecks& all, const Upstream& upstream)
      : all_(all),
        upstream_(upstream),
        metrics_(all.parts_.metrics.Of(upstream.name())),
        timer_(all.parts_.timers, [this] { Begin(); }) {}

  const std::string& name() const { return upstream_.name(); }
  SteadyTime due() const { return due_; }
  void BeginAt(SteadyTime due) { timer_.Set(due_ = due); }
  // Somewhere within the time between two of them.
  void BeginSoon() {
    const Duration every = upstream_.options().health->every;
    BeginAt(Now() + std::chrono::duration_cast<Duration>(every * all_.parts_.random.Uniform()));
  }

  // Starts the next check. False: there is none.
  bool StartNext() {
    if (left_.empty()) return false;
    auto endpoint = std::move(left_.back());
    left_.pop_back();
    checks_.push_back(std::make_unique<HealthCheck>(
        all_.parts_.transport, all_.parts_.timers, upstream_, std::move(endpoint),
        [this](HealthCheck& check) { all_.Ended(*this, check); }));
    checks_.back()->Start(all_.parts_.random.Id());
    return true;
  }

  void Ended(const HealthCheck& check) {
    metrics_.Checked(check.result());
    if (check.result() == Result::kGood) refused_ = false;
    if (check.result() != Result::kRefused || std::exchange(refused_, true)) return;
    all_.parts_.log.Event(telemetry::LogLevel::kWarning, "health_check_refused",
                          {{"upstream", std::string_view(name())},
                           {"path", std::string_view(upstream_.options().health->path)},
                           {"status", int64_t{check.status()}}});
  }

 private:
  SteadyTime Now() const { return all_.parts_.timers.Now(); }

  void Begin() {
    const HealthCheckOptions& options = *upstream_.options().health;
    const SteadyTime now = Now();
    const double part = 1 + kJitter * (2 * all_.parts_.random.Uniform() - 1);
    BeginAt(now + std::chrono::duration_cast<Duration>(options.every * part));
    if (!left_.empty()) return metrics_.Checked(Result::kLate, left_.size());
    std::erase_if(checks_, [](const auto& check) { return check->over(); });
    for (const auto& endpoint : *upstream_.endpoints()) {
      if (Wanted(*endpoint->state, options.all, now)) left_.push_back(endpoint);
    }
    all_.Advance();
  }

  HealthChecks& all_;
  const Upstream& upstream_;
  telemetry::HealthCheckMetrics& metrics_;
  SteadyTime due_{};
  bool refused_ = false;                               // and that was said
  std::vector<std::shared_ptr<const Endpoint>> left_;  // whose turn is still to come
  std::vector<std::unique_ptr<HealthCheck>> checks_;   // that run, and some that are over
  Timer timer_;
};

HealthChecks::HealthChecks(const Parts& parts) : parts_(parts) {}

HealthChecks::~HealthChecks() = default;

void HealthChecks::Use(std::shared_ptr<const Router> router) {
  std::vector<std::unique_ptr<Round>> rounds;
  for (const auto& upstream : router->upstreams()) {
    if (!upstream->options().health) continue;
    auto round = std::make_unique<Round>(*this, *upstream);
    const auto before = std::find_if(rounds_.begin(), rounds_.end(), [&](const auto& each) {
      return each->name() == upstream->name();
    });
    // Or nothing would ever be asked where the configuration changes all the time.
    if (before != rounds_.end()) {
      round->BeginAt((*before)->due());
    } else {
      round->BeginSoon();
    }
    rounds.push_back(std::move(round));
  }
  rounds_ = std::move(rounds);
  router_ = std::move(router);
  in_flight_ = 0;
}

void HealthChecks::Advance() {
  for (const auto& round : rounds_) {
    while (in_flight_ < kMostAtOnce && round->StartNext()) ++in_flight_;
  }
}

void HealthChecks::Ended(Round& round, const HealthCheck& check) {
  --in_flight_;
  round.Ended(check);
  Advance();
}

}  // namespace inferwire::upstream
