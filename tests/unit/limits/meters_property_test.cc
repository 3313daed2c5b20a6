// Random schedules of calls that are let in, end dearer or cheaper than was thought, are cancelled,
// while limits are changed and clocks are set: what has to hold holds after every step.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "limits/meter_set.h"
#include "unit/limits/times.h"

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Schedule : public Times {
 public:
  explicit Schedule(uint64_t seed) : engine_(seed) {}

  int64_t Below(int64_t bound) { return static_cast<int64_t>(engine_() % uint64_t(bound)); }
  bool OneIn(int64_t n) { return Below(n) == 0; }
  // Mostly shorter than a call, now and then as long as the bucket.
  void PassSome() { Pass(Duration(Below(OneIn(50) ? 20'000'000'000 : 40'000'000))); }

 private:
  std::mt19937_64 engine_;
};

// I1: what is let in during any time t stays within the burst and what the rate brings in t, or
// within one call that is larger than the burst. What was used beyond what was set aside comes on
// top, and is paid for before anything else.
TEST(MetersProperty, AFlowNeverExceedsItsRateAndBurstInAnyWindow) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Schedule schedule(seed);
    const FlowLimit limit(60 * (1 + schedule.Below(3000)),
                          milliseconds(100 + schedule.Below(15'000)));
    const double rate = static_cast<double>(limit.per_minute()) / 60;
    const int64_t largest = 1 + schedule.Below(2 * limit.capacity());
    const double bound = static_cast<double>(std::max(limit.capacity(), largest));
    const bool overspends = seed % 2 == 0;
    FlowMeter meter;
    std::vector<int64_t> running;
    const SteadyTime start = schedule.now.steady;
    // Of net(t) - rate * t, now and the least so far: their difference is the worst window's
    // excess.
    double net = 0, least = 0, overspent = 0;
    for (int step = 0; step < 25'000; ++step) {
      schedule.PassSome();
      const SteadyTime now = schedule.now.steady;
      const double supplied = rate * std::chrono::duration<double>(now - start).count();
      least = std::min(least, net - supplied);
      if (!running.empty() && schedule.OneIn(2)) {
        const int64_t taken = running[size_t(schedule.Below(int64_t(running.size())))];
        std::erase(running, taken);
        int64_t used = schedule.OneIn(10) ? 0 : schedule.Below(taken + 1);
        if (overspends && schedule.OneIn(20)) used = taken + schedule.Below(taken + 1);
        meter.Settle(taken, used, limit, now);
        net += static_cast<double>(used - taken);
        overspent += static_cast<double>(std::max<int64_t>(used - taken, 0));
      }
      const int64_t amount = 1 + schedule.Below(largest);
      if (std::find(running.begin(), running.end(), amount) != running.end()) continue;
      if (!meter.Take(amount, limit, now)) continue;
      running.push_back(amount);
      net += static_cast<double>(amount);
      ASSERT_LE(net - supplied - least, bound + overspent + 1)
          << "seed " << seed << " step " << step;
      if (step % 1000 == 0) least = net - supplied, overspent = 0;
    }
  }
}

// I1 the other way round: nothing is kept from callers who stay within the limit.
TEST(MetersProperty, AFlowUsesWhatItHasUnderOverload) {
  const FlowLimit limit(6000, seconds(10));
  FlowMeter meter;
  Schedule schedule(3);
  int64_t taken = 0;
  const SteadyTime start = schedule.now.steady;
  while (schedule.now.steady - start < seconds(600)) {
    schedule.Pass(milliseconds(3));
    if (meter.Take(1, limit, schedule.now.steady)) ++taken;
  }
  EXPECT_GE(taken, 60'000 * 99 / 100);
  EXPECT_LE(taken, 60'000 + 1000);
}

struct Call {
  Demand demand;
  const MeterSet* set;
};

// S1, S2 and all or nothing: over a tenant and three teams, with daily and monthly budgets, limits
// of calls at once, limits that change and wall clocks that are set.
TEST(MetersProperty, StocksNeverExceedTheirLimitsAndLoseNothing) {
  int64_t admitted = 0, refused = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Schedule schedule(seed);
    const TimeZone zone = *TimeZone::Find(seed % 2 == 0 ? "Europe/Amsterdam" : "America/Sao_Paulo");
    constexpr LimitKind kKinds[] = {LimitKind::kMoneyPerMonth, LimitKind::kMoneyPerDay,
                                    LimitKind::kTokensPerDay, LimitKind::kConcurrentCalls};
    constexpr int kScopes = 4;  // the last one is the tenant
    std::vector<std::vector<std::shared_ptr<StockMeter>>> meters(kScopes);
    for (auto& of_scope : meters) {
      for (size_t i = 0; i < std::size(kKinds); ++i) {
        of_scope.push_back(std::make_shared<StockMeter>());
      }
    }
    const auto make_limit = [&](size_t scope, size_t i, int64_t amount) {
      StockLimit limit{.amount = amount, .periods = std::nullopt};
      if (const auto period = PeriodOf(kKinds[i])) {
        limit.periods = StockLimit::Periods{zone, *period};
      }
      return Limit{kKinds[i], std::to_string(scope), "", Stock{limit, meters[scope][i]}};
    };
    const auto make_sets = [&] {
      std::vector<std::vector<Limit>> of_scope(kScopes);
      for (size_t scope = 0; scope < kScopes; ++scope) {
        for (size_t i = 0; i < std::size(kKinds); ++i) {
          const int64_t amount = kKinds[i] == LimitKind::kConcurrentCalls
                                     ? 1 + schedule.Below(6)
                                     : 5000 + schedule.Below(30'000);
          of_scope[scope].push_back(make_limit(scope, i, amount));
        }
      }
      std::vector<std::unique_ptr<MeterSet>> sets;
      for (size_t team = 0; team + 1 < kScopes; ++team) {
        std::vector<Limit> limits = of_scope[team];
        limits.insert(limits.end(), of_scope.back().begin(), of_scope.back().end());
        sets.push_back(std::make_unique<MeterSet>(std::move(limits)));
      }
      return sets;
    };
    // Old versions live on with the calls that began in them.
    std::vector<std::vector<std::unique_ptr<MeterSet>>> versions;
    versions.push_back(make_sets());
    std::vector<Call> running;
    std::map<const StockCounter*, int64_t> reserved;
    const auto note = [&](const Call& call, int64_t sign) {
      for (const Limit& limit : call.set->limits()) {
        reserved[std::get<Stock>(limit.meter).meter.get()] += sign * limit.Of(call.demand);
      }
    };
    for (int step = 0; step < 8000; ++step) {
      schedule.PassSome();
      if (schedule.OneIn(100)) schedule.Pass(std::chrono::hours(1 + schedule.Below(40)));
      if (schedule.OneIn(500)) {
        schedule.now.wall -= seconds(schedule.Below(100'000));
      }
      if (schedule.OneIn(1000)) versions.push_back(make_sets());
      if (!running.empty() && schedule.OneIn(2)) {
        const size_t at = size_t(schedule.Below(int64_t(running.size())));
        const Call call = running[at];
        running.erase(running.begin() + int64_t(at));
        // Never more than was set aside: then a budget cannot be exceeded.
        const Usage usage{.counts = !schedule.OneIn(10),
                          .input_tokens = schedule.Below(call.demand.tokens() + 1),
                          .picousd = schedule.Below(call.demand.picousd + 1)};
        call.set->Settle(call.demand, usage, schedule.now);
        note(call, -1);
      }
      const MeterSet& set = *versions.back()[size_t(schedule.Below(kScopes - 1))];
      Call call{{.input_tokens = 1 + schedule.Below(200), .picousd = 1 + schedule.Below(300)},
                &set};
      const auto taken = set.Take(call.demand, schedule.now);
      taken.shortage ? ++refused : ++admitted;
      if (!taken.shortage) running.push_back(call), note(call, 1);
      for (const Limit& limit : set.limits()) {
        const auto& stock = std::get<Stock>(limit.meter);
        const auto level = stock.meter->LevelNow(stock.limit, schedule.now);
        ASSERT_EQ(level.reserved, reserved[stock.meter.get()])
            << "seed " << seed << " step " << step;
        if (!taken.shortage) {
          ASSERT_GE(level.free, 0) << "seed " << seed << " step " << step;
        }
      }
    }
    for (const Call& call : running) {
      call.set->Settle(call.demand, {.counts = false}, schedule.now);
      note(call, -1);
    }
    for (const auto& [meter, left] : reserved) ASSERT_EQ(left, 0);
  }
  EXPECT_GT(admitted, 20'000);
  EXPECT_GT(refused, 20'000);
}

}  // namespace
}  // namespace inferwire::limits
