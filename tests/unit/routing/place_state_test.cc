#include "routing/place_state.h"

#include "unit/routing/place_fixture.h"

namespace inferwire::routing {
namespace {

TEST(Condition, HasAName) {
  EXPECT_EQ(Name(Condition::kUp), "up");
  EXPECT_EQ(Name(Condition::kCoolingDown), "cooling_down");
  EXPECT_EQ(Name(Condition::kDrained), "drained");
  EXPECT_TRUE(TakesCalls(Condition::kProbing));
  EXPECT_FALSE(TakesCalls(Condition::kCoolingDown));
}

TEST_F(PlaceTest, IsUpAndWarmFromTheBeginning) {
  EXPECT_EQ(At(), Condition::kUp);
  EXPECT_EQ(place_.Warmth(now_), 1);
  EXPECT_EQ(place_.mean(), 0ns);
  EXPECT_EQ(place_.cause(), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_FALSE(place_.BackAt(now_));
}

TEST_F(PlaceTest, CountsCallsInFlight) {
  EXPECT_TRUE(place_.TryBegin(now_, false));
  EXPECT_TRUE(place_.TryBegin(now_, false));
  EXPECT_EQ(place_.in_flight(), 2);
  Finish(Ended::kGood);
  Finish(Ended::kNeutral);
  EXPECT_EQ(place_.in_flight(), 0);
}

TEST_F(PlaceTest, TalliesTheLastTenSeconds) {
  Call(Ended::kGood);
  Call(Ended::kNeutral);
  Wait(9s);
  Call(Ended::kFailed);
  EXPECT_EQ(place_.Recent(now_).good, 1);
  EXPECT_EQ(place_.Recent(now_).failed, 1);
  Wait(1s);
  EXPECT_EQ(place_.Recent(now_).good, 0);
  EXPECT_EQ(place_.Recent(now_).failed, 1);
  Wait(1h);
  EXPECT_EQ(place_.Recent(now_).failed, 0);
}

TEST_F(PlaceTest, LearnsTheTimeToTheFirstByteSlowly) {
  const auto answer = [&](Duration first_byte) {
    place_.TryBegin(now_, false);
    place_.End(Ended::kGood, now_, first_byte, v1::ERROR_REASON_UNSPECIFIED);
  };
  answer(800ms);
  EXPECT_EQ(place_.mean(), 800ms) << "the first is all that is known";
  answer(1600ms);
  EXPECT_EQ(place_.mean(), 850ms);
  for (int i = 0; i < 300; ++i) answer(2s);
  EXPECT_NEAR(static_cast<double>(place_.mean().count()), 2e9, 1e6);
  EXPECT_LT(place_.deviation(), 1ms);
  for (int i = 0; i < 300; ++i) answer(i % 2 ? 1s : 3s);
  EXPECT_NEAR(static_cast<double>(place_.deviation().count()), 1e9, 1e8);
}

class SilentTest : public PlaceTest {
 protected:
  void Begin(int calls) {
    for (int i = 0; i < calls; ++i) ASSERT_TRUE(place_.TryBegin(now_, false, &tickets_[begun_++]));
  }
  PlaceState::Ticket tickets_[100];
  size_t begun_ = 0;
};

TEST_F(SilentTest, TenCallsWithoutAnAnswerMakeItSilent) {
  Begin(10);
  Wait(3s);
  EXPECT_EQ(At(), Condition::kUp);
  Wait(1ms);
  EXPECT_EQ(At(), Condition::kSilent);
  EXPECT_TRUE(place_.TryBegin(now_, false)) << "it takes calls if there is nothing else";
}

TEST_F(SilentTest, NineDoNot) {
  Begin(9);
  Wait(1h);
  EXPECT_EQ(At(), Condition::kUp);
}

TEST_F(SilentTest, OneAnswerEndsIt) {
  Begin(12);
  Wait(10s);
  EXPECT_EQ(At(), Condition::kSilent);
  Finish(Ended::kGood);
  EXPECT_EQ(At(), Condition::kUp);
  Wait(4s);
  EXPECT_EQ(At(), Condition::kSilent) << "and silence begins anew";
  place_.End(Ended::kNeutral, now_, {}, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(At(), Condition::kUp) << "a refusal is an answer";
}

TEST_F(SilentTest, TimeoutsAndCancelsAreNoAnswers) {
  Begin(20);
  Wait(10s);
  place_.End(Ended::kFailed, now_, {}, v1::ERROR_REASON_UPSTREAM_TIMEOUT);
  place_.End(Ended::kNeutral, now_, {}, v1::ERROR_REASON_CANCELLED);
  place_.End(Ended::kNeutral, now_, {}, v1::ERROR_REASON_DEADLINE);
  Finish(Ended::kNeutral);
  EXPECT_EQ(At(), Condition::kSilent);
}

TEST_F(SilentTest, APlaceThatTakesLongIsGivenMoreTime) {
  place_.TryBegin(now_, false);
  place_.End(Ended::kGood, now_, 2s, v1::ERROR_REASON_UNSPECIFIED);
  Begin(10);
  Wait(12s);
  EXPECT_EQ(At(), Condition::kUp);
  Wait(1ms);
  EXPECT_EQ(At(), Condition::kSilent);
}

TEST_F(SilentTest, ABurstAfterALongRestIsNotSilent) {
  Call(Ended::kGood);
  Wait(1h);
  Begin(50);
  EXPECT_EQ(At(), Condition::kUp);
}

TEST_F(SilentTest, LongStreamsThatHaveBegunAreNotSilence) {
  Begin(30);
  for (size_t i = 0; i < 25; ++i) place_.Answered(now_, 100ms, tickets_[i]);
  Wait(1min);
  EXPECT_EQ(At(), Condition::kUp);
  EXPECT_EQ(place_.mean(), 100ms);
  for (size_t i = 0; i < 30; ++i) {
    place_.End(Ended::kGood, now_, {}, v1::ERROR_REASON_UNSPECIFIED, &tickets_[i]);
  }
  EXPECT_EQ(place_.in_flight(), 0);
  Begin(9);
  Wait(1min);
  EXPECT_EQ(At(), Condition::kUp) << "those that were answered are not counted twice";
}

TEST_F(PlaceTest, AStreamsAnswerIsCountedOnce) {
  PlaceState::Ticket ticket;
  place_.TryBegin(now_, false, &ticket);
  place_.Answered(now_, 100ms, ticket);
  place_.Answered(now_, 900ms, ticket);
  place_.End(Ended::kGood, now_, 100ms, v1::ERROR_REASON_UNSPECIFIED, &ticket);
  EXPECT_EQ(place_.Recent(now_).good, 1);
  EXPECT_EQ(place_.mean(), 100ms);
}

TEST_F(PlaceTest, CoolsDownUntilTheProvidersTime) {
  place_.CoolDown(now_ + 2s, now_, kError);
  EXPECT_EQ(At(), Condition::kCoolingDown);
  EXPECT_EQ(place_.BackAt(now_), now_ + 2s);
  EXPECT_EQ(place_.cause(), kError);
  EXPECT_FALSE(Call(Ended::kGood));
  EXPECT_FALSE(Call(Ended::kGood, true)) << "also where there is nothing else";
  place_.CoolDown(now_ + 1s, now_, kError);
  EXPECT_EQ(place_.BackAt(now_), now_ + 2s) << "a shorter time does not shorten it";
  Wait(2s);
  EXPECT_EQ(At(), Condition::kUp);
  EXPECT_FALSE(place_.BackAt(now_));
  EXPECT_TRUE(Call(Ended::kGood));
  EXPECT_EQ(place_.cause(), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(changes_, std::vector<std::string>{"up>cooling_down"});
}

TEST_F(PlaceTest, IsDrainedByAPersonForAWhile) {
  place_.Drain(now_ + 1h, now_);
  EXPECT_EQ(At(), Condition::kDrained);
  EXPECT_FALSE(Call(Ended::kGood, true));
  EXPECT_EQ(place_.BackAt(now_), now_ + 1h);
  place_.Undrain(now_);
  EXPECT_EQ(At(), Condition::kUp);
  place_.Drain(SteadyTime::max(), now_);
  EXPECT_FALSE(place_.BackAt(now_)) << "nobody knows";
  Wait(1000h);
  EXPECT_EQ(At(), Condition::kDrained);
  EXPECT_EQ(changes_, (std::vector<std::string>{"up>drained", "drained>up", "up>drained"}));
}

TEST_F(PlaceTest, CallsThatBeganBeforeItWasDrainedEndAsUsual) {
  place_.TryBegin(now_, false);
  place_.Drain(now_ + 1h, now_);
  Finish(Ended::kGood);
  EXPECT_EQ(place_.in_flight(), 0);
  EXPECT_EQ(At(), Condition::kDrained);
}

}  // namespace
}  // namespace inferwire::routing
