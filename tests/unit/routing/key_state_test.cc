#include "routing/key_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "base/random.h"

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kModel = "gpt-4.1";

class KeyTest : public testing::Test {
 protected:
  void Learn(std::string_view metric, int64_t limit, int64_t remaining,
             std::optional<Duration> reset = {}) {
    key_.Learn(kModel, {metric, limit, remaining, reset}, now_);
  }
  double Room(int64_t tokens = 0) const { return key_.Room(kModel, tokens, now_); }
  bool Available() const { return key_.Available(kModel, now_); }

  KeyState key_{"a", 70};
  SteadyTime now_{1000s};
};

TEST_F(KeyTest, IsFullOfRoomWhileNothingIsKnown) {
  EXPECT_EQ(key_.name(), "a");
  EXPECT_EQ(key_.weight(), 70);
  EXPECT_EQ(Room(1'000'000), 1);
  EXPECT_TRUE(Available());
  EXPECT_FALSE(key_.BackAt(kModel, now_));
}

TEST_F(KeyTest, RoomIsTheLeastShareThatACallWouldLeave) {
  Learn("requests", 1000, 1000);
  Learn("tokens", 60'000, 60'000);
  EXPECT_DOUBLE_EQ(Room(6'000), 0.9);
  EXPECT_DOUBLE_EQ(Room(0), 0.999);
  EXPECT_LT(Room(60'001), 0) << "it does not fit";
  Learn("tokens", 60'000, 30'000);
  EXPECT_DOUBLE_EQ(Room(6'000), 0.4);
}

TEST_F(KeyTest, WhatIsInFlightTakesItsShare) {
  Learn("tokens", 60'000, 60'000);
  key_.Begin(kModel, 15'000, now_);
  EXPECT_DOUBLE_EQ(Room(15'000), 0.5);
  key_.End(kModel, 15'000, now_);
  EXPECT_DOUBLE_EQ(Room(15'000), 0.75);
}

TEST_F(KeyTest, LimitsFillUpAgainWithinAMinute) {
  Learn("tokens", 60'000, 60'000);
  Learn("tokens", 60'000, 0);
  now_ += 15s;
  // It was full at the same moment, so all of it looks like others' for a while.
  EXPECT_LT(Room(), 0.26);
  Learn("tokens", 60'000, 15'000);
  now_ += 15s;
  EXPECT_NEAR(Room(), 0.5, 0.05);
  now_ += 1h;
  EXPECT_DOUBLE_EQ(Room(), 1);
}

TEST_F(KeyTest, ALimitOfADayFillsUpAsSlowlyAsItsResetSays) {
  Learn("requests", 14'400, 14'370, 180s);  // 30 in three minutes
  const double before = Room();
  now_ += 60s;
  EXPECT_NEAR((Room() - before) * 14'400, 0, 1) << "at most what was seen";
  Learn("requests", 14'400, 14'000, 2400s);
  now_ += 60s;
  EXPECT_NEAR(Room() * 14'370, 14'000 - 1 + 10, 25);
}

TEST_F(KeyTest, NoMoreIsExpectedThanWasEverSeen) {
  Learn("tokens", 60'000, 12'000);
  now_ += 50s;
  EXPECT_DOUBLE_EQ(Room(6'000), 0.5) << "a bucket may hold less than a minute";
}

TEST_F(KeyTest, AKeyFirstSeenEmptyIsTriedAgain) {
  Learn("tokens", 60'000, 0);
  EXPECT_LT(Room(100), 0);
  now_ += 3s;
  EXPECT_GT(Room(100), 0);
  now_ += 10min;
  EXPECT_GT(Room(30'000), 0) << "so long without a word that nothing is known";
}

TEST_F(KeyTest, WhatOthersTakeIsExpectedToGoOn) {
  int64_t rest = 30'000;
  Learn("tokens", 60'000, rest);
  for (int i = 0; i < 100; ++i) {  // in 100 ms 100 come back, we take 100 and others take 100
    now_ += 100ms;
    rest -= 100;
    key_.Begin(kModel, 100, now_);
    key_.End(kModel, 100, now_);
    Learn("tokens", 60'000, rest);
  }
  const double at_once = Room();
  now_ += 1s;
  const double refilled = 1'000 / 30'000.0;
  EXPECT_LT(Room() - at_once, refilled / 3) << "others take most of it";
}

TEST_F(KeyTest, ModelsDoNotShareTheirLimits) {
  Learn("tokens", 60'000, 0);
  EXPECT_EQ(key_.Room("gpt-5", 100, now_), 1);
  key_.CoolDown(kModel, 1min, now_);
  EXPECT_TRUE(key_.Available("gpt-5", now_));
}

TEST_F(KeyTest, ManyModelsShareOneEntry) {
  for (int i = 0; i < 64; ++i) key_.CoolDown("model-" + std::to_string(i), 1s, now_);
  EXPECT_TRUE(key_.Available("one more", now_));
  key_.CoolDown("one more", 1min, now_);
  EXPECT_FALSE(key_.Available("and another", now_));
  EXPECT_TRUE(key_.Available("model-7", now_ + 2s));
  for (int i = 0; i < 1000; ++i) key_.Begin("other-" + std::to_string(i), 1, now_);
}

TEST_F(KeyTest, CoolsDownAsLongAsTheProviderSays) {
  key_.CoolDown(kModel, 7s, now_);
  EXPECT_FALSE(Available());
  EXPECT_EQ(key_.BackAt(kModel, now_), now_ + 7s);
  key_.CoolDown(kModel, 3s, now_);
  EXPECT_EQ(key_.BackAt(kModel, now_), now_ + 7s);
  now_ += 7s;
  EXPECT_TRUE(Available());
  EXPECT_FALSE(key_.BackAt(kModel, now_));
}

TEST_F(KeyTest, WithoutATimeItRestsTwiceAsLongEachTime) {
  for (const Duration rest : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    key_.CoolDown(kModel, {}, now_);
    key_.CoolDown(kModel, {}, now_);  // of the same burst
    EXPECT_EQ(key_.BackAt(kModel, now_), now_ + rest);
    now_ += rest;
  }
  key_.Accepted(kModel, now_);
  key_.CoolDown(kModel, {}, now_);
  EXPECT_EQ(key_.BackAt(kModel, now_), now_ + 1s);
}

TEST_F(KeyTest, ALateAnswerDoesNotEndARest) {
  key_.CoolDown(kModel, {}, now_);
  now_ += 1s;
  key_.CoolDown(kModel, {}, now_);
  key_.Accepted(kModel, now_);  // of a call from before
  EXPECT_FALSE(Available());
  now_ += 2s;
  key_.CoolDown(kModel, {}, now_);
  EXPECT_EQ(key_.BackAt(kModel, now_), now_ + 4s);
}

TEST_F(KeyTest, ARefusedKeyIsOutUntilItIsRestored) {
  key_.Remove(KeyState::Removal::kUntilRestored, now_);
  now_ += 1000h;
  EXPECT_TRUE(key_.removed(now_));
  EXPECT_FALSE(Available());
  EXPECT_FALSE(key_.BackAt(kModel, now_)) << "only with another secret";
  key_.Accepted(kModel, now_);
  key_.Remove(KeyState::Removal::kForAWhile, now_);
  EXPECT_TRUE(key_.removed(now_ + 24h)) << "for more than ten minutes";
  key_.CoolDown(kModel, 1h, now_);
  key_.Restore();
  EXPECT_TRUE(Available());
}

TEST_F(KeyTest, WithoutMoneyItIsAskedAgainLessAndLessOften) {
  for (const Duration out : {10min, 20min, 40min, 80min, 160min, 320min, 360min, 360min}) {
    key_.Remove(KeyState::Removal::kForAWhile, now_);
    key_.Remove(KeyState::Removal::kForAWhile, now_);
    EXPECT_EQ(key_.BackAt(kModel, now_), now_ + out);
    now_ += out;
    EXPECT_FALSE(key_.removed(now_));
  }
  key_.Accepted(kModel, now_);
  key_.Remove(KeyState::Removal::kForAWhile, now_);
  EXPECT_EQ(key_.BackAt(kModel, now_), now_ + 10min);
}

TEST_F(KeyTest, IsUsedByManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) {
        key_.Begin(kModel, 10, now_);
        key_.Room(kModel, 10, now_);
        key_.Learn(kModel, {"tokens", 60'000, 60'000, {}}, now_);
        key_.CoolDown("other", {}, now_);
        key_.Accepted("other", now_);
        key_.End(kModel, 10, now_);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Learn("tokens", 60'000, 60'000);
  EXPECT_DOUBLE_EQ(Room(6'000), 0.9);
}

// Eight keys of one provider, whose buckets hold six seconds' worth; gateways that know nothing of
// each other send each call with the key that has most room, if one has any.
struct Served {
  int calls = 0, refused = 0, without_room = 0;
  double used = 0;  // of what the keys have
};

Served Simulate(int gateways, double demand) {
  struct Provider {
    double rpm, tpm, requests, tokens, at = 0;
    bool Take(double now, double need) {
      requests = std::min(rpm / 10, requests + rpm / 60 * (now - at));
      tokens = std::min(tpm / 10, tokens + tpm / 60 * (now - at));
      at = now;
      if (requests < 1 || tokens < need) return false;
      requests -= 1;
      tokens -= need;
      return true;
    }
  };
  std::vector<Provider> providers;
  double all = 0;
  for (int i = 0; i < 8; ++i) {
    const double rpm = i % 2 == 0 ? 5'000 : 500;
    providers.push_back({rpm, rpm * 400, rpm / 10, rpm * 40});
    all += rpm * 400;
  }
  std::vector<std::vector<std::unique_ptr<KeyState>>> keys(static_cast<size_t>(gateways));
  for (auto& own : keys) {
    for (int i = 0; i < 8; ++i) own.push_back(std::make_unique<KeyState>("k"));
  }
  Random random(21);
  Served served;
  std::multimap<double, std::function<void(double)>> events;
  const auto time = [](double now) {
    return SteadyTime(
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1000 + now)));
  };
  const auto call = [&](double now) {
    auto& own = keys[random.Bits() % keys.size()];
    const double wish = 1000 * std::exp(0.6 * std::sqrt(-2 * std::log(1 - random.Uniform())) *
                                        std::cos(6.2832 * random.Uniform()));
    const double need = wish + 400;
    const auto guess = static_cast<int64_t>(wish * (0.9 + 0.2 * random.Uniform()) + 400);
    const bool counts = now > 20;
    size_t best = 0;
    double room = -INFINITY;
    for (size_t i = 0; i < own.size(); ++i) {
      if (!own[i]->Available(kModel, time(now))) continue;
      const double found = own[i]->Room(kModel, guess, time(now));
      if (found > room) {
        room = found;
        best = i;
      }
    }
    served.calls += counts;
    if (room < 0) {
      served.without_room += counts;
      return;
    }
    KeyState& key = *own[best];
    key.Begin(kModel, guess, time(now));
    events.emplace(now + 0.05, [&, best, need, guess, counts](double then) {
      Provider& provider = providers[best];
      const bool fits = provider.Take(then, need);
      if (counts && fits) served.used += need;
      served.refused += counts && !fits;
      const auto requests = static_cast<int64_t>(provider.requests);
      const auto tokens = static_cast<int64_t>(provider.tokens);
      events.emplace(then + 0.05, [&, fits, requests, tokens, guess, best](double at) {
        const auto limit = [](double value) { return static_cast<int64_t>(value); };
        key.Learn(kModel, {"requests", limit(providers[best].rpm), requests, {}}, time(at));
        key.Learn(kModel, {"tokens", limit(providers[best].tpm), tokens, {}}, time(at));
        key.End(kModel, guess, time(at));
        if (!fits) key.CoolDown(kModel, 1s, time(at));
      });
    });
  };
  const double rate = demand * all / 60 / (1000 * std::exp(0.18) + 400);
  constexpr double kUntil = 80;
  std::function<void(double)> arrive = [&](double now) {
    call(now);
    const double next = now - std::log(1 - random.Uniform()) / rate;
    if (next < kUntil) events.emplace(next, arrive);
  };
  events.emplace(0, arrive);
  while (!events.empty()) {
    auto event = events.extract(events.begin());
    event.mapped()(event.key());
  }
  served.used /= all / 60 * (kUntil - 20);
  return served;
}

TEST(KeyRoom, NearlyAllOfTheLimitsIsUsedWithoutRefusals) {
  for (const int gateways : {1, 2, 4}) {
    const Served served = Simulate(gateways, 0.97);
    EXPECT_LE(served.refused, served.calls / 1000) << gateways;
    EXPECT_LE(served.without_room, served.calls / 100) << gateways;
    EXPECT_GE(served.used, 0.95) << gateways;
  }
}

}  // namespace
}  // namespace inferwire::routing
