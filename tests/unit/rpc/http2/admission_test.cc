#include "rpc/http2/admission.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;

class AdmissionTest : public ::testing::Test {
 protected:
  static constexpr Duration kMostWait = 5ms;

  // A turn of a loop that has not slept since the last call of Sleep.
  void TurnAfter(Duration duration) {
    clock.Advance(duration);
    admission.Turn(clock.Now(), load);
  }
  void Sleep() { load.awake_since = clock.Now(); }
  void MakeBusy() { TurnAfter(110ms); }
  // As many calls of the connection as this; how many are taken.
  int Taken(Admission::Share& share, int calls, const Admission::State& state) {
    int taken = 0;
    for (int i = 0; i < calls; ++i) taken += admission.Admits(share, state) ? 1 : 0;
    return taken;
  }

  ManualClock clock;
  LoopLoad load{clock.Now()};
  Admission admission{kMostWait, clock.Now()};
  Admission::Share greedy, modest;
  const Admission::State full{.ahead = 100, .oldest_waits = 6ms};
};

TEST_F(AdmissionTest, ABurstThatMeetsALoopAtRestIsTaken) {
  TurnAfter(1ms);
  EXPECT_EQ(Taken(greedy, 2000, {.waiting = 2000, .ahead = 2000, .oldest_waits = 40ms}), 2000);
  EXPECT_EQ(Taken(greedy, 10, {.waiting = 4096}), 0) << "not without end";
  EXPECT_EQ(Taken(modest, 10, {.waiting = 4096, .has_few = true}), 10) << "it has its turn soon";
}

TEST_F(AdmissionTest, ABusyLoopTakesCallsAsLongAsTheyBeginInTime) {
  MakeBusy();
  EXPECT_TRUE(admission.busy());
  EXPECT_EQ(Taken(greedy, 1000, {.ahead = 200, .oldest_waits = 5ms}), 1000);
  EXPECT_EQ(Taken(greedy, 1000, {.ahead = 99, .oldest_waits = 1s}), 1000) << "it only paused";
}

TEST_F(AdmissionTest, ABusyLoopRefusesWhatCouldOnlyGrowOld) {
  MakeBusy();
  EXPECT_EQ(Taken(greedy, 1000, full), 2) << "what health checks need";
}

TEST_F(AdmissionTest, WhoAsksForLittleIsServedBesideWhoAsksForMuch) {
  MakeBusy();
  const Admission::State calm{.ahead = 1};
  EXPECT_EQ(Taken(greedy, 100, calm), 100);
  EXPECT_EQ(Taken(modest, 10, calm), 10);
  TurnAfter(50ms);
  const Admission::State crowded{.ahead = 150, .oldest_waits = 6ms};
  EXPECT_EQ(Taken(greedy, 100, crowded), 27) << "half of the 55 that each could have had";
  EXPECT_EQ(Taken(modest, 10, crowded), 10);
  EXPECT_EQ(Taken(modest, 100, {.ahead = 150, .oldest_waits = 6ms, .has_few = true}), 100);
  EXPECT_EQ(Taken(modest, 1, {.waiting = 4096, .ahead = 4096, .oldest_waits = 6ms}), 0)
      << "it has one already";
}

TEST_F(AdmissionTest, ABusyLoopRefusesBackgroundCallsFirstThenBatch) {
  using gateway::Priority;
  EXPECT_TRUE(admission.Admits(Priority::kBackground, 1000)) << "a burst that meets a loop at rest";
  MakeBusy();
  EXPECT_TRUE(admission.Admits(Priority::kBackground, 49));
  EXPECT_FALSE(admission.Admits(Priority::kBackground, 50));
  EXPECT_TRUE(admission.Admits(Priority::kBatch, 74));
  EXPECT_FALSE(admission.Admits(Priority::kBatch, 75));
  EXPECT_TRUE(admission.Admits(Priority::kInteractive, 1000)) << "its headers were the question";
  Sleep();
  TurnAfter(490ms);
  EXPECT_TRUE(admission.busy()) << "as after any other refusal";
}

TEST_F(AdmissionTest, CallsOfLowerPriorityThatWaitRefuseNobodyOfAHigherOne) {
  MakeBusy();
  EXPECT_EQ(Taken(greedy, 1000, {.waiting = 500, .ahead = 99, .oldest_waits = 1s}), 1000);
}

TEST_F(AdmissionTest, AnswersThatAreNotReadInTimeKeepCallsFromBeginning) {
  load.lags_since = clock.Now();
  TurnAfter(50ms);
  EXPECT_EQ(Taken(greedy, 100, {}), 100);
  TurnAfter(1ms);
  EXPECT_EQ(Taken(modest, 100, {}), 2);
  load.lags_since.reset();
  TurnAfter(1ms);
  EXPECT_EQ(Taken(greedy, 100, {}), 100);
}

TEST_F(AdmissionTest, AFullMemoryTakesNextToNothing) {
  TurnAfter(1ms);
  EXPECT_EQ(Taken(greedy, 100, {.memory_is_full = true}), 2);
}

TEST_F(AdmissionTest, ALoopThatSleptIsBusyUntilNobodyWasRefusedForAWhile) {
  MakeBusy();
  EXPECT_LT(Taken(greedy, 10, full), 10);
  Sleep();
  TurnAfter(10ms);
  EXPECT_TRUE(admission.busy());
  Sleep();
  TurnAfter(490ms);
  Sleep();
  TurnAfter(1ms);
  EXPECT_FALSE(admission.busy());
}

TEST(Admission, WithoutABoundEveryCallIsTaken) {
  ManualClock clock;
  Admission admission(Duration::zero(), clock.Now());
  const LoopLoad load{clock.Now()};
  clock.Advance(1s);
  admission.Turn(clock.Now(), load);
  Admission::Share share;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(admission.Admits(share, {.waiting = 9999, .ahead = 9999, .oldest_waits = 1s}));
  }
}

}  // namespace
}  // namespace inferwire::rpc::http2
