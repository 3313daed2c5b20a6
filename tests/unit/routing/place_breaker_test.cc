#include "base/random.h"
#include "unit/routing/place_fixture.h"

namespace inferwire::routing {
namespace {

using Changes = std::vector<std::string>;

TEST_F(PlaceTest, FiveFailuresInARowPutItOutHalfASecondAfterTheLastAnswer) {
  Call(Ended::kGood);
  Wait(499ms);
  Fail(10);
  EXPECT_EQ(At(), Condition::kUp) << "it answered a moment ago";
  Wait(1ms);
  Fail(1);
  EXPECT_EQ(At(), Condition::kOut);
  EXPECT_EQ(place_.cause(), kError);
  EXPECT_EQ(place_.BackAt(now_), now_ + 30s);
  EXPECT_EQ(changes_, Changes{"up>out"});
  EXPECT_EQ(causes_, std::vector{kError});
  EXPECT_FALSE(Call(Ended::kGood));
}

TEST_F(PlaceTest, FourFailuresDoNot) {
  Call(Ended::kGood);
  Wait(1min);
  Fail(4);
  Call(Ended::kGood);
  Wait(1min);
  Fail(4);
  EXPECT_EQ(At(), Condition::kUp);
}

TEST_F(PlaceTest, OneThatNeverAnsweredGetsHalfASecondToo) {
  Fail(10);
  EXPECT_EQ(At(), Condition::kUp);
  Wait(500ms);
  Fail(1);
  EXPECT_EQ(At(), Condition::kOut);
}

TEST_F(PlaceTest, WhatSaysNothingNeitherHarmsNorHelps) {
  Call(Ended::kGood);
  Wait(1s);
  Fail(4);
  for (int i = 0; i < 100; ++i) Call(Ended::kNeutral);
  EXPECT_EQ(At(), Condition::kUp);
  Fail(1);
  EXPECT_EQ(At(), Condition::kOut);
}

TEST_F(PlaceTest, HalfOfTwentyFailuresInTenSecondsPutItOut) {
  for (int i = 0; i < 10; ++i) {
    Call(Ended::kGood);
    EXPECT_EQ(At(), Condition::kUp);
    Fail(1);
  }
  EXPECT_EQ(At(), Condition::kOut) << "20 results, 10 of them failures";
}

TEST_F(PlaceTest, FailuresSpreadOverALongerTimeDoNot) {
  for (int i = 0; i < 100; ++i) {
    Call(Ended::kGood);
    Fail(1);
    Wait(1300ms);
  }
  EXPECT_EQ(At(), Condition::kUp);
}

TEST_F(PlaceTest, AFifthOfFailuresNeverPutsItOut) {
  Random random(3);
  for (int i = 0; i < 100 * 600; ++i) {
    Call(random.Uniform() < 0.2 ? Ended::kFailed : Ended::kGood);
    ASSERT_EQ(At(), Condition::kUp) << i;
    Wait(10ms);
  }
}

class OffTest : public PlaceTest {
 protected:
  OffTest() : PlaceTest({.failures = 0, .ratio = 0}) {}
};

TEST_F(OffTest, NothingPutsItOut) {
  Call(Ended::kGood);
  Wait(1s);
  Fail(1000);
  EXPECT_EQ(At(), Condition::kUp);
  place_.Configure(BreakerOptions{});
  Fail(1);
  EXPECT_EQ(At(), Condition::kOut) << "what has happened stays";
}

TEST_F(OffTest, ManyResultsInASecondDoNotSpillIntoEachOther) {
  for (int i = 0; i < 70'000; ++i) EXPECT_TRUE(Call(Ended::kFailed));
  EXPECT_EQ(place_.Recent(now_).good, 0);
  EXPECT_EQ(place_.Recent(now_).failed, 65'535);
}

TEST_F(PlaceTest, AfterItsTimeOneCallProbesThenThreeAtATime) {
  PutOut();
  Wait(30s - 1ns);
  EXPECT_EQ(At(), Condition::kOut);
  EXPECT_FALSE(Call(Ended::kGood));
  Wait(1ns);
  EXPECT_EQ(At(), Condition::kProbing);
  PlaceState::Ticket probes[4];
  EXPECT_TRUE(place_.TryBegin(now_, false, &probes[0]));
  EXPECT_FALSE(place_.TryBegin(now_, false));
  EXPECT_FALSE(place_.TryBegin(now_, true)) << "alone or not";
  Finish(Ended::kGood, &probes[0]);
  for (int i = 1; i < 4; ++i) EXPECT_TRUE(place_.TryBegin(now_, false, &probes[i]));
  EXPECT_FALSE(place_.TryBegin(now_, false));
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(At(), Condition::kProbing);
    Finish(Ended::kGood, &probes[i]);
  }
  EXPECT_EQ(At(), Condition::kWarmingUp);
  EXPECT_EQ(place_.cause(), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(changes_, (Changes{"up>out", "out>probing", "probing>warming_up"}));
}

TEST_F(PlaceTest, WarmsUpFromATenth) {
  PutOut();
  Wait(30s);
  EXPECT_DOUBLE_EQ(place_.Warmth(now_), 0.1);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Call(Ended::kGood));
  EXPECT_DOUBLE_EQ(place_.Warmth(now_), 0.1);
  Wait(15s);
  EXPECT_DOUBLE_EQ(place_.Warmth(now_), 0.55);
  EXPECT_EQ(At(), Condition::kWarmingUp);
  Wait(15s);
  EXPECT_EQ(place_.Warmth(now_), 1);
  EXPECT_EQ(At(), Condition::kUp);
}

TEST_F(PlaceTest, OneFailedProbePutsItOutTwiceAsLong) {
  PutOut();
  for (const Duration out : {30s, 60s, 120s, 240s, 300s, 300s}) {
    EXPECT_EQ(place_.BackAt(now_), now_ + out);
    Wait(out);
    EXPECT_TRUE(Call(Ended::kFailed));
    EXPECT_EQ(At(), Condition::kOut);
  }
}

TEST_F(PlaceTest, FiveMinutesUpAndItBeginsAnew) {
  PutOut();
  const auto recover = [&] {
    while (At() == Condition::kOut) Wait(1s);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(Call(Ended::kGood));
  };
  recover();
  Wait(5min);
  Fail(5);
  EXPECT_EQ(place_.BackAt(now_), now_ + 60s) << "not more than five minutes";
  recover();
  Wait(5min + 1s);
  Fail(5);
  EXPECT_EQ(place_.BackAt(now_), now_ + 30s);
}

TEST_F(PlaceTest, WhereThereIsNothingElseItIsTriedAgainSoon) {
  PutOut();
  for (const Duration out : {1s, 2s, 4s, 5s, 5s}) {
    EXPECT_EQ(place_.BackAt(now_, true), now_ + out);
    Wait(out - 1ns);
    EXPECT_FALSE(Call(Ended::kFailed, true));
    Wait(1ns);
    EXPECT_EQ(At(), Condition::kOut) << "for those who have a choice";
    EXPECT_FALSE(Call(Ended::kGood, false));
    EXPECT_TRUE(Call(Ended::kFailed, true));
  }
  Wait(5s);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Call(Ended::kGood, true));
  EXPECT_EQ(At(), Condition::kWarmingUp);
}

TEST_F(PlaceTest, AProbeThatSaysNothingGivesItsPlaceBack) {
  PutOut();
  Wait(30s);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Call(Ended::kNeutral));
  EXPECT_EQ(At(), Condition::kProbing);
}

TEST_F(PlaceTest, CallsFromBeforeAreNoProbes) {
  PlaceState::Ticket old[3], probe;
  for (auto& ticket : old) place_.TryBegin(now_, false, &ticket);
  PutOut();
  Wait(30s);
  EXPECT_TRUE(place_.TryBegin(now_, false, &probe));
  for (auto& ticket : old) Finish(Ended::kFailed, &ticket);
  EXPECT_EQ(At(), Condition::kProbing);
  EXPECT_FALSE(place_.TryBegin(now_, false)) << "and give no probe's place back";
  Finish(Ended::kGood, &probe);
  EXPECT_TRUE(place_.TryBegin(now_, false));
  EXPECT_EQ(place_.in_flight(), 1);
}

TEST_F(PlaceTest, AStreamHasProvedItAtItsFirstByte) {
  PutOut();
  Wait(30s);
  PlaceState::Ticket streams[4];
  for (auto& stream : streams) {
    EXPECT_TRUE(place_.TryBegin(now_, false, &stream));
    place_.Answered(now_, 100ms, stream);
  }
  EXPECT_EQ(At(), Condition::kWarmingUp);
  for (auto& stream : streams) Finish(Ended::kGood, &stream);
  EXPECT_EQ(place_.in_flight(), 0);
}

TEST_F(PlaceTest, WithoutTicketsTheProbesAreThoseThatEnd) {
  PutOut();
  Wait(30s);
  EXPECT_TRUE(place_.TryBegin(now_, false));
  Finish(Ended::kGood);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(place_.TryBegin(now_, false));
  for (int i = 0; i < 3; ++i) Finish(Ended::kGood);
  EXPECT_EQ(At(), Condition::kWarmingUp);
}

TEST_F(PlaceTest, ResetClosesAllAndSurvivesWhatIsInFlight) {
  PutOut();
  Wait(30s);
  PlaceState::Ticket probe;
  EXPECT_TRUE(place_.TryBegin(now_, false, &probe));
  place_.CoolDown(now_ + 1h, now_, kError);
  place_.Reset(now_);
  EXPECT_EQ(At(), Condition::kUp);
  EXPECT_EQ(place_.Warmth(now_), 1);
  EXPECT_EQ(place_.in_flight(), 1);
  Finish(Ended::kFailed, &probe);
  EXPECT_EQ(At(), Condition::kUp);
  EXPECT_EQ(place_.in_flight(), 0);
  PutOut();
  EXPECT_EQ(place_.BackAt(now_), now_ + 30s) << "nothing is doubled";
}

TEST_F(PlaceTest, AProbeOfAnEarlierProbingCountsForNothing) {
  PutOut();
  Wait(30s);
  PlaceState::Ticket early, late;
  EXPECT_TRUE(place_.TryBegin(now_, false, &early));
  place_.Reset(now_);
  PutOut();
  Wait(30s);
  EXPECT_TRUE(place_.TryBegin(now_, false, &late));
  Finish(Ended::kFailed, &early);
  EXPECT_EQ(At(), Condition::kProbing);
  EXPECT_FALSE(place_.TryBegin(now_, false));
  Finish(Ended::kFailed, &late);
  EXPECT_EQ(At(), Condition::kOut);
}

TEST_F(PlaceTest, TwoGoodHealthChecksLetProbesBegin) {
  place_.Checked(true, now_, now_);
  EXPECT_EQ(At(), Condition::kUp);
  PutOut();
  place_.Checked(true, now_, now_);
  place_.Checked(false, now_, now_);
  place_.Checked(true, now_, now_);
  EXPECT_EQ(At(), Condition::kOut) << "in a row";
  place_.Checked(true, now_, now_);
  EXPECT_EQ(At(), Condition::kProbing);
  EXPECT_EQ(changes_, (Changes{"up>out", "out>probing"}));
  EXPECT_FALSE(place_.BackAt(now_));
}

TEST_F(PlaceTest, ChecksThatTheCallsAfterThemBelieHaveToBeTwiceAsMany) {
  PutOut();
  for (int i = 0; i < 2; ++i) place_.Checked(true, now_, now_);
  ASSERT_EQ(At(), Condition::kProbing);
  Call(Ended::kFailed);
  for (int i = 0; i < 3; ++i) place_.Checked(true, now_, now_);
  EXPECT_EQ(At(), Condition::kOut);
  place_.Checked(true, now_, now_);
  EXPECT_EQ(At(), Condition::kProbing);
}

TEST_F(PlaceTest, ACheckThatBeganBeforeItWentOutSaysNothing) {
  const SteadyTime before = now_;
  PutOut();
  place_.Checked(true, before, now_);
  place_.Checked(true, now_, now_);
  EXPECT_EQ(At(), Condition::kOut);
}

class PlaceWithChecks : public PlaceTest {
 protected:
  void Check(bool good) {
    const SteadyTime began = now_;
    Wait(100ms);
    place_.Checked(good, began, now_, good ? v1::ErrorReason() : kDark);
  }
  static constexpr v1::ErrorReason kDark = v1::ERROR_REASON_UPSTREAM_TIMEOUT;
};

TEST_F(PlaceWithChecks, TwoThatFailPutItOutThoughNobodyCalls) {
  Check(false);
  EXPECT_EQ(At(), Condition::kUp);
  Check(false);
  EXPECT_EQ(At(), Condition::kOut);
  EXPECT_EQ(place_.cause(), kDark);
  EXPECT_EQ(changes_, (Changes{"up>out"}));
  EXPECT_EQ(causes_.back(), kDark);
}

TEST_F(PlaceWithChecks, NotWhileCallsAreAnswered) {
  for (int i = 0; i < 10; ++i) {
    Check(false);
    Call(Ended::kGood);
  }
  EXPECT_EQ(At(), Condition::kUp);
  Check(false);
  Check(false);
  EXPECT_EQ(At(), Condition::kOut);
}

TEST_F(PlaceWithChecks, NotIfTheyDoNotFollowEachOther) {
  for (int i = 0; i < 10; ++i) Check(i % 2 == 0);
  EXPECT_EQ(At(), Condition::kUp);
}

TEST_F(PlaceWithChecks, WhereNobodyWasThereTheyBringItBackWithoutACall) {
  Check(false);
  Check(false);
  for (int i = 0; i < 2; ++i) Check(true);
  EXPECT_EQ(At(), Condition::kProbing);
  for (int i = 0; i < 3; ++i) Check(true);
  EXPECT_EQ(At(), Condition::kProbing);
  Check(true);
  EXPECT_EQ(At(), Condition::kWarmingUp);
  EXPECT_LT(place_.Warmth(now_), 0.2);
  EXPECT_EQ(changes_, (Changes{"up>out", "out>probing", "probing>warming_up"}));
}

TEST_F(PlaceWithChecks, OnlyCallsDoWhereCallsFailedThoughSomebodyWasThere) {
  PutOut();
  for (int i = 0; i < 20; ++i) Check(true);
  EXPECT_EQ(At(), Condition::kProbing);
  for (int i = 0; i < 4; ++i) Call(Ended::kGood);
  EXPECT_EQ(At(), Condition::kWarmingUp);
}

TEST_F(PlaceWithChecks, OnlyCallsDoAfterTheyHaveFailedItOnce) {
  Check(false);
  Check(false);
  for (int i = 0; i < 2; ++i) Check(true);
  ASSERT_TRUE(Call(Ended::kFailed));
  EXPECT_EQ(At(), Condition::kOut);
  for (int i = 0; i < 20; ++i) Check(true);
  EXPECT_EQ(At(), Condition::kProbing);
}

TEST_F(PlaceWithChecks, OneThatFailsEndsTheProbing) {
  Check(false);
  Check(false);
  for (int i = 0; i < 3; ++i) Check(true);
  Check(false);
  EXPECT_EQ(At(), Condition::kOut);
}

TEST_F(PlaceTest, CoolingDownOutlastsTheBreaker) {
  PutOut();
  place_.CoolDown(now_ + 1min, now_, v1::ERROR_REASON_UPSTREAM_OVERLOADED);
  EXPECT_EQ(At(), Condition::kOut);
  EXPECT_EQ(place_.BackAt(now_), now_ + 1min);
  Wait(30s);
  EXPECT_EQ(At(), Condition::kCoolingDown);
  Wait(30s);
  EXPECT_EQ(At(), Condition::kProbing);
}

}  // namespace
}  // namespace inferwire::routing
