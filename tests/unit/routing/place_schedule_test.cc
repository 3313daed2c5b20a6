// Random schedules on several threads: what must hold whatever comes in between.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/random.h"
#include "routing/place_state.h"

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;
using Ended = PlaceState::Ended;

constexpr int kThreads = 6;
constexpr int kSteps = 25'000;  // each

struct World {
  std::atomic<int64_t> now{1'000'000'000'000};
  std::atomic<int> changes{0};
  PlaceState place{"eu",
                   {.out = 50ms, .out_most = 200ms, .warm_up = 50ms},
                   [this](const PlaceState&, const PlaceState::Change& change) {
                     EXPECT_NE(change.from, change.to);
                     ++changes;
                   }};
  SteadyTime Now() const { return SteadyTime(Duration(now.load())); }
};

// One thread's calls.
class Caller {
 public:
  Caller(World& world, uint64_t seed) : world_(world), random_(seed) {}

  void Run() {
    for (int step = 0; step < kSteps; ++step) Step();
    while (!calls_.empty()) EndOne();
  }

 private:
  void Step() {
    const SteadyTime now = world_.Now();
    world_.now += static_cast<int64_t>(random_.Uniform() * 1e6);
    const double what = random_.Uniform();
    if (what < 0.45 && calls_.size() < 20) {
      PlaceState::Ticket ticket;
      if (world_.place.TryBegin(now, random_.Uniform() < 0.3, &ticket)) calls_.push_back(ticket);
    } else if (what < 0.55 && !calls_.empty()) {
      world_.place.Answered(now, 5ms, calls_[random_.Bits() % calls_.size()]);
    } else if (what < 0.97 && !calls_.empty()) {
      EndOne();
    } else if (what < 0.975) {
      world_.place.CoolDown(now + 5ms, now, v1::ERROR_REASON_UPSTREAM_OVERLOADED);
    } else if (what < 0.98) {
      world_.place.Drain(now + 5ms, now);
      world_.place.Undrain(now);
    } else if (what < 0.985) {
      world_.place.Checked(random_.Uniform() < 0.8, now - 1ms, now,
                           v1::ERROR_REASON_UPSTREAM_TIMEOUT);
    } else if (what < 0.986) {
      world_.place.Reset(now);
    } else if (what < 0.99) {
      world_.place.Configure({.out = 50ms, .out_most = 200ms, .warm_up = 50ms});
    }
    Look(now);
  }

  void Look(SteadyTime now) {
    EXPECT_GE(world_.place.in_flight(), 0);
    EXPECT_LE(world_.place.in_flight(), kThreads * 20);
    const double warmth = world_.place.Warmth(now);
    EXPECT_GE(warmth, 0.1);
    EXPECT_LE(warmth, 1);
    world_.place.At(now);
    world_.place.BackAt(now);
    world_.place.cause();
    EXPECT_GE(world_.place.Recent(now).failed, 0);
  }

  void EndOne() {
    const size_t at = random_.Bits() % calls_.size();
    // Long stretches in which nearly all fail.
    const double failing = world_.now.load() / 500'000'000 % 2 ? 0.9 : 0.02;
    const double what = random_.Uniform();
    const Ended ended = what < failing * 0.9 ? Ended::kFailed
                        : what < 0.95        ? Ended::kGood
                                             : Ended::kNeutral;
    world_.place.End(
        ended, world_.Now(), 5ms,
        ended == Ended::kFailed ? v1::ERROR_REASON_UPSTREAM_ERROR : v1::ERROR_REASON_UNSPECIFIED,
        &calls_[at]);
    calls_[at] = calls_.back();
    calls_.pop_back();
  }

  World& world_;
  Random random_;
  std::vector<PlaceState::Ticket> calls_;
};

TEST(PlaceSchedule, EveryCallEndsOnceWhateverComesBetween) {
  World world;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] { Caller(world, static_cast<uint64_t>(t) + 1).Run(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(world.place.in_flight(), 0);
  EXPECT_GT(world.changes, 100) << "it went out and came back many times";

  // Nothing of what is counted has got stuck: it can be reset, put out, probed, and is well again.
  SteadyTime now = world.Now() + 1h;
  world.place.Reset(now);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(world.place.TryBegin(now, false));
  now += 1h;
  EXPECT_EQ(world.place.At(now), Condition::kSilent) << "exactly those wait";
  for (int i = 0; i < 91; ++i) world.place.End(Ended::kNeutral, now, {}, {});
  EXPECT_EQ(world.place.At(now), Condition::kUp);
}

TEST(PlaceSchedule, NoMoreProbesThanAllowedAreInFlight) {
  World world;
  std::vector<std::atomic<int>> probes(1 << 16);  // of each probing
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Random random(static_cast<uint64_t>(t) + 11);
      for (int step = 0; step < kSteps; ++step) {
        const SteadyTime now = world.Now();
        world.now += static_cast<int64_t>(random.Uniform() * 1e6);
        PlaceState::Ticket ticket;
        if (!world.place.TryBegin(now, false, &ticket)) continue;
        const bool probe = ticket.probe_of != 0;
        if (probe) {
          const int count = ++probes[ticket.probe_of % probes.size()];
          int seen = most.load();
          while (count > seen && !most.compare_exchange_weak(seen, count)) {
          }
          std::this_thread::yield();
          --probes[ticket.probe_of % probes.size()];
        }
        const bool fails = random.Uniform() < (probe ? 0.1 : 0.8);
        world.place.End(fails ? Ended::kFailed : Ended::kGood, world.Now(), {}, {}, &ticket);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(world.place.in_flight(), 0);
  EXPECT_GT(most, 0);
  EXPECT_LE(most, 3);
}

}  // namespace
}  // namespace inferwire::routing
