#include "routing/limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <functional>
#include <queue>
#include <vector>

#include "base/random.h"

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;

class LimiterTest : public testing::Test {
 protected:
  // A second in which so many answers came, all of them this slow.
  void Second(int answers, Duration first_byte, int in_flight) {
    for (int i = 0; i < answers; ++i) limiter_.Answered(first_byte, in_flight, now_);
    now_ += 1s;
    limiter_.Answered(first_byte, in_flight, now_);
  }

  Limiter limiter_{{.in_flight = 0, .first_byte_target = 1s}};
  SteadyTime now_{1h};
};

TEST(Limiter, IsNoneUnlessConfigured) { EXPECT_EQ(Limiter().limit(), 0); }

TEST(Limiter, AFixedOneStays) {
  Limiter limiter({.in_flight = 7, .first_byte_target = {}});
  SteadyTime now{1h};
  for (int i = 0; i < 100; ++i) limiter.Answered(1min, 7, now += 100ms);
  EXPECT_EQ(limiter.limit(), 7);
}

TEST_F(LimiterTest, SlowAnswersMakeItATenthSmallerEachSecond) {
  EXPECT_EQ(limiter_.limit(), 40);
  Second(20, 2s, 40);
  EXPECT_EQ(limiter_.limit(), 36);
  Second(20, 2s, 40);
  EXPECT_EQ(limiter_.limit(), 32);
}

TEST_F(LimiterTest, ItGoesByWhatIsThereWhenThatIsLess) {
  Second(20, 2s, 9);
  EXPECT_EQ(limiter_.limit(), 9);
}

TEST_F(LimiterTest, FourAreAlwaysTaken) {
  for (int i = 0; i < 100; ++i) Second(20, 1min, 1);
  EXPECT_EQ(limiter_.limit(), 4);
}

TEST_F(LimiterTest, OneOfTwentyMayBeSlowAndThreeMayNot) {
  for (int i = 0; i < 19; ++i) limiter_.Answered(100ms, 40, now_);
  limiter_.Answered(1min, 40, now_);
  limiter_.Answered(100ms, 40, now_ + 1s);
  EXPECT_EQ(limiter_.limit(), 41);
  for (int i = 0; i < 3; ++i) limiter_.Answered(1min, 40, now_ + 1s);
  for (int i = 0; i < 16; ++i) limiter_.Answered(100ms, 40, now_ + 1s);
  limiter_.Answered(100ms, 40, now_ + 2s);
  EXPECT_EQ(limiter_.limit(), 36);
}

TEST_F(LimiterTest, NearlyTheTargetIsTooSlowAlready) {
  Second(20, 790ms, 40);
  EXPECT_EQ(limiter_.limit(), 41);
  Second(20, 810ms, 41);
  EXPECT_EQ(limiter_.limit(), 36);
}

TEST_F(LimiterTest, ItGrowsOnlyWhileThereIsUseForIt) {
  Second(20, 100ms, 31);
  EXPECT_EQ(limiter_.limit(), 40);
  Second(20, 100ms, 32);
  EXPECT_EQ(limiter_.limit(), 41);
}

TEST_F(LimiterTest, FourAnswersSayNothing) {
  for (int i = 0; i < 3; ++i) limiter_.Answered(1min, 40, now_);
  limiter_.Answered(1min, 40, now_ + 10s);
  EXPECT_EQ(limiter_.limit(), 40);
  limiter_.Answered(1min, 40, now_ + 11s);
  EXPECT_EQ(limiter_.limit(), 36) << "they add up";
}

TEST_F(LimiterTest, ARefusalIsASlowAnswer) {
  for (int i = 0; i < 8; ++i) limiter_.Answered(10ms, 40, now_);
  limiter_.Refused(40, now_);
  limiter_.Answered(10ms, 40, now_ + 1s);
  EXPECT_EQ(limiter_.limit(), 36);
}

TEST_F(LimiterTest, ItStaysBelowTheFixedNumberAndAReloadKeepsWhatWasLearned) {
  limiter_.Configure({.in_flight = 41, .first_byte_target = 1s});
  for (int i = 0; i < 5; ++i) Second(20, 10ms, 41);
  EXPECT_EQ(limiter_.limit(), 41);
  Second(20, 2s, 41);
  limiter_.Configure({.in_flight = 100, .first_byte_target = 1s});
  EXPECT_EQ(limiter_.limit(), 36);
  limiter_.Configure({});
  EXPECT_EQ(limiter_.limit(), 0);
}

// A server like vLLM: 48 requests run at a time, their prompts one after the other at 12,000 tokens
// a second; what is more waits in it. Before it waits a queue of at most a second.
struct Load {
  double good = 0;     // answers a second whose first byte came within 2 s of the call
  double refused = 0;  // part of the calls
};

Load Offer(double load, bool limited) {
  using Event = std::pair<double, std::function<void()>>;
  const auto later = [](const Event& a, const Event& b) { return a.first > b.first; };
  std::priority_queue<Event, std::vector<Event>, decltype(later)> events(later);
  double now = 0;
  const auto at = [&](double time, std::function<void()> act) {
    events.emplace(time, std::move(act));
  };
  const auto time = [](double seconds) {
    return SteadyTime(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
  };
  struct Call {
    double came, in, out;
  };
  Random random(31);
  const auto log_normal = [&](double median, double sigma) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.Uniform();
    return median * std::exp(sigma * sum);
  };
  Limiter limiter({.in_flight = 0, .first_byte_target = limited ? Duration(2s) : Duration()});
  int in_flight = 0, running = 0, calls = 0, good = 0, refused = 0;
  double prefill_free = 0;
  std::deque<Call> before, inside;
  std::function<void(Call)> run;
  std::function<void()> pump;
  const auto counts = [](const Call& call) { return call.came > 60; };
  run = [&](Call call) {
    ++running;
    const double begin = std::max(now, prefill_free), took = call.in / 12000 + 0.03;
    prefill_free = begin + took;
    at(begin + took, [&, call] {
      const double first_byte = now - call.came;
      good += counts(call) && first_byte <= 2;
      limiter.Answered(
          std::chrono::duration_cast<Duration>(std::chrono::duration<double>(first_byte)),
          in_flight, time(now));
      at(now + call.out * 0.012 * (1 + running / 48.0), [&] {
        --running;
        --in_flight;
        if (!inside.empty()) {
          const Call next = inside.front();
          inside.pop_front();
          run(next);
        }
        pump();
      });
    });
  };
  const auto launch = [&](Call call) {
    ++in_flight;
    running < 48 ? run(call) : inside.push_back(call);
  };
  const auto full = [&] { return limited && in_flight >= limiter.limit(); };
  pump = [&] {
    while (!before.empty() && before.front().came < now - 1) {
      refused += counts(before.front());
      before.pop_front();
    }
    while (!before.empty() && !full()) {
      const Call call = before.front();
      before.pop_front();
      launch(call);
    }
  };
  std::function<void()> arrive = [&] {
    const Call call{now, log_normal(700, 0.8), log_normal(180, 0.7)};
    calls += counts(call);
    if (!full() && before.empty()) {
      launch(call);
    } else if (before.size() < 200) {
      before.push_back(call);
      at(now + 1.001, [&] { pump(); });
    } else {
      refused += counts(call);
    }
    if (now < 300) at(now - std::log(1 - random.Uniform()) / (load * 9), arrive);
  };
  at(0, arrive);
  while (!events.empty() && events.top().first < 420) {
    const Event event = events.top();
    events.pop();
    now = event.first;
    event.second();
  }
  return {good / 240.0, static_cast<double>(refused) / calls};
}

TEST(LimiterUnderLoad, RefusesNextToNothingWhereNothingIsWrong) {
  for (const double load : {0.5, 0.7}) {
    const Load with = Offer(load, true), without = Offer(load, false);
    EXPECT_LT(with.refused, 0.03) << load;
    EXPECT_GT(with.good, 0.95 * without.good) << load;
  }
}

TEST(LimiterUnderLoad, KeepsAnswersInTimeWhereAllWouldBeTooLate) {
  for (const double load : {1.5, 3.0}) {
    EXPECT_LT(Offer(load, false).good, 0.5) << load;
    EXPECT_GT(Offer(load, true).good, 4.0) << load;
  }
}

}  // namespace
}  // namespace inferwire::routing
