// A shared limit in simulated time: one tenant at about twenty times the load of its neighbours,
// and a job at night. Who is served, how long they wait, and how good the estimates are.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "unit/limits/queue_world.h"

namespace inferwire::limits {
namespace {

using std::chrono::seconds;
using How = WaitingCall::How;

struct Caller {
  QueueParty party;
  double per_second;
  Duration patience;
};

struct Served {
  int offered = 0, ok = 0, refused = 0, late = 0;
  std::vector<double> waits;
  std::vector<std::pair<double, double>> estimates;  // and what came of them, in seconds
};

double SecondsOf(Duration time) { return std::chrono::duration<double>(time).count(); }

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(values.size() - 1,
                         static_cast<size_t>(q * static_cast<double>(values.size())))];
}

// The median of how far estimates of waits up to so many seconds were off.
double MedianError(const Served& served, double longest) {
  std::vector<double> errors;
  for (const auto& [expected, waited] : served.estimates) {
    if (waited <= longest) errors.push_back(std::abs(expected - waited) / std::max(waited, 0.25));
  }
  return Quantile(errors, 0.5);
}

class Simulation : private QueueWorld {
 public:
  explicit Simulation(std::vector<Caller> callers, uint64_t seed)
      : callers_(std::move(callers)), engine_(seed), served_(callers_.size()) {
    // 2 million tokens a minute, two seconds of them at once.
    limits_ = AllowanceOf(
        {FlowOf(LimitKind::kTokensPerMinute, 2'000'000, NewFlow(), seconds(2), "shared")});
  }

  std::vector<Served> RunFor(Duration time) {
    const SteadyTime end = clock.Now() + time;
    queue->Use({.calls = 1000, .calls_of_tenant = 100}, true,
               [](const FairQueue::Who&) { return nullptr; });
    for (size_t i = 0; i < callers_.size(); ++i) arrivals_.emplace(clock.Now() + Gap(i), i);
    while (true) {
      SteadyTime next = arrivals_.begin()->first;
      if (!ends_.empty()) next = std::min(next, ends_.begin()->first);
      if (turn_) next = std::min(next, *turn_);
      if (next > end) return served_;
      clock.Advance(next - clock.Now());
      Step(next);
    }
  }

 private:
  struct Waits {
    size_t caller;
    SteadyTime since;
    std::unique_ptr<WaitingCall> call;
  };

  Duration Gap(size_t caller) {
    std::exponential_distribution<double> gaps(callers_[caller].per_second);
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(gaps(engine_))) +
           Duration(1);
  }

  // About 1,300 tokens.
  Demand NextDemand() {
    std::lognormal_distribution<double> input(std::log(900), 0.9), output(std::log(400), 0.6);
    const double tokens = std::min(30'000.0, input(engine_) + output(engine_));
    return {.output_tokens = static_cast<int64_t>(tokens)};
  }

  void Step(SteadyTime now) {
    while (!arrivals_.empty() && arrivals_.begin()->first <= now) {
      const size_t caller = arrivals_.begin()->second;
      arrivals_.erase(arrivals_.begin());
      arrivals_.emplace(now + Gap(caller), caller);
      Arrive(caller, now);
    }
    while (!ends_.empty() && ends_.begin()->first <= now) {
      auto waits = std::move(ends_.begin()->second);
      ends_.erase(ends_.begin());
      if (!waits.call->ticket) continue;
      ++served_[waits.caller].late;
      waits.call->ticket.Leave(QueueLeft::kExpired);
    }
    std::optional<Duration> next;
    while ((next = queue->Turn()) == Duration::zero()) {
    }
    turn_ = next ? std::optional(now + *next) : std::nullopt;
    if (!mailbox.Run()) return;
    for (auto& [_, waits] : ends_) {
      if (!waits.call->granted() || !waits.call->ticket) continue;
      Served& served = served_[waits.caller];
      ++served.ok;
      served.waits.push_back(SecondsOf(now - waits.since));
      served.estimates.emplace_back(SecondsOf(waits.call->joined.eta),
                                    SecondsOf(now - waits.since));
      waits.call->ticket.Keep();
    }
  }

  void Arrive(size_t caller, SteadyTime now) {
    Served& served = served_[caller];
    ++served.offered;
    auto call = Come(limits_, callers_[caller].party, NextDemand(), callers_[caller].patience);
    if (call->how == How::kTaken) {
      ++served.ok;
      served.waits.push_back(0);
    } else if (call->how == How::kWaits) {
      ends_.emplace(now + callers_[caller].patience, Waits{caller, now, std::move(call)});
    } else {
      ++served.refused;
    }
  }

  const std::vector<Caller> callers_;
  std::mt19937_64 engine_;
  std::shared_ptr<const Allowance> limits_;
  std::vector<Served> served_;
  std::multimap<SteadyTime, size_t> arrivals_;
  std::multimap<SteadyTime, Waits> ends_;
  std::optional<SteadyTime> turn_;
};

std::vector<Caller> Callers(Duration patience) {
  const auto tenant = [](std::string_view name, int64_t weight = 1) {
    return QueueParty{.tenant = name, .team = {}, .share = 16, .tenant_weight = weight};
  };
  return {{tenant("noisy"), 60, patience},
          {tenant("b"), 1.5, patience},
          {tenant("c"), 1.5, patience},
          {tenant("d"), 1.5, patience},
          {tenant("e", 2), 3, patience},
          {tenant("f"), 0.2, patience},
          {{.tenant = "nightly", .team = {}, .priority = 2, .share = 1}, 20, seconds(120)}};
}

class QueueFairness : public testing::TestWithParam<uint64_t> {
 protected:
  // Ten minutes of it; computed once for all tests.
  static const std::vector<Served>& Run(Duration patience) {
    static std::map<std::pair<uint64_t, Duration>, std::vector<Served>> known;
    auto& served = known[{GetParam(), patience}];
    if (served.empty()) served = Simulation(Callers(patience), GetParam()).RunFor(seconds(600));
    return served;
  }
  static constexpr size_t kNoisy = 0, kNightly = 6;
};

TEST_P(QueueFairness, NeighboursOfANoisyTenantAreServedAndWaitAMoment) {
  const auto& served = Run(seconds(10));
  for (size_t i = 1; i < kNightly; ++i) {
    EXPECT_GE(served[i].ok, 0.99 * served[i].offered) << i;
    EXPECT_LE(Quantile(served[i].waits, 0.99), 2.0) << i;
  }
}

// As long as it is by default.
TEST_P(QueueFairness, TwoSecondsAreEnoughForTheNeighbours) {
  const auto& served = Run(seconds(2));
  for (size_t i = 1; i < kNightly; ++i) {
    EXPECT_GE(served[i].ok, 0.99 * served[i].offered) << i;
    EXPECT_LE(Quantile(served[i].waits, 0.99), 2.0) << i;
  }
}

TEST_P(QueueFairness, NobodyStarves) {
  const auto& served = Run(seconds(10));
  for (const Served& each : served) EXPECT_GT(each.ok, 0.02 * each.offered);
}

TEST_P(QueueFairness, WhoIsLetInToWaitIsNearlyAlwaysServed) {
  const auto& served = Run(seconds(10));
  EXPECT_LE(served[kNoisy].late, 0.02 * served[kNoisy].offered);
  EXPECT_GT(served[kNoisy].refused, 0.5 * served[kNoisy].offered) << "told at once instead";
}

TEST_P(QueueFairness, TheEstimateIsGood) {
  const auto& served = Run(seconds(10));
  Served all;
  for (const Served& each : served) {
    all.estimates.insert(all.estimates.end(), each.estimates.begin(), each.estimates.end());
  }
  EXPECT_LE(MedianError(all, 30), 0.25);
  EXPECT_LE(MedianError(served[kNoisy], 30), 0.25);
}

INSTANTIATE_TEST_SUITE_P(Seeds, QueueFairness, testing::Values(1, 2));

}  // namespace
}  // namespace inferwire::limits
