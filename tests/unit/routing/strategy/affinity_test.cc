#include <gtest/gtest.h>

#include <map>

#include "unit/routing/candidates.h"

namespace inferwire::routing {
namespace {

constexpr int kKeys = 20'000;

class AffinityTest : public testing::Test {
 protected:
  AffinityTest() { rules_.strategy = Strategy::kAffinity; }

  Choice Choose(uint64_t key) {
    Traits traits;
    traits.affinity = key;
    return *routing::Choose(candidates_, traits, rules_, random_);
  }
  static uint64_t Key(int i) { return StableHash("conversation " + std::to_string(i)); }

  std::vector<Candidate> candidates_ = Candidates(8);
  ChoiceRules rules_;
  Random random_{9};
};

TEST_F(AffinityTest, AConversationStaysWhereItIs) {
  for (int i = 0; i < 1'000; ++i) {
    const size_t own = Choose(Key(i)).target;
    for (int turn = 0; turn < 5; ++turn) EXPECT_EQ(Choose(Key(i)).target, own);
  }
}

TEST_F(AffinityTest, ConversationsAreSpreadEvenly) {
  std::vector<int> owned(8);
  for (int i = 0; i < kKeys; ++i) ++owned[Choose(Key(i)).target];
  for (const int count : owned) EXPECT_NEAR(count, kKeys / 8, kKeys / 8 / 10);
}

TEST_F(AffinityTest, ALargerWeightOwnsMoreOfThem) {
  candidates_ = Candidates(3);
  candidates_[1].weight = 200;
  int owned = 0;
  for (int i = 0; i < kKeys; ++i) owned += Choose(Key(i)).target == 1;
  EXPECT_NEAR(owned, kKeys / 2, kKeys / 50);
}

TEST_F(AffinityTest, OneThatGoesTakesOnlyItsOwnWithIt) {
  int moved = 0;
  for (int i = 0; i < kKeys; ++i) {
    candidates_[3].condition = Condition::kUp;
    const size_t before = Choose(Key(i)).target;
    candidates_[3].condition = Condition::kOut;
    const size_t after = Choose(Key(i)).target;
    if (before != 3) {
      EXPECT_EQ(after, before);
    } else {
      ++moved;
    }
  }
  EXPECT_NEAR(moved, kKeys / 8, kKeys / 80);
}

TEST_F(AffinityTest, TheSecondChoiceIsAlwaysTheSameOneToo) {
  for (int i = 0; i < 500; ++i) {
    for (Candidate& candidate : candidates_) candidate.in_flight = 0;
    const Choice own = Choose(Key(i));
    EXPECT_EQ(own.chosen_by, "OWN");
    candidates_[own.target].in_flight = 50;
    const Choice second = Choose(Key(i));
    EXPECT_EQ(second.chosen_by, "SECOND");
    EXPECT_NE(second.target, own.target);
    EXPECT_EQ(Choose(Key(i)).target, second.target);
    candidates_[second.target].in_flight = 50;
    candidates_[own.target].in_flight = 60;
    const Choice spilled = Choose(Key(i));
    EXPECT_EQ(spilled.chosen_by, "SPILLED");
    EXPECT_NE(spilled.target, own.target) << "by load";
  }
}

TEST_F(AffinityTest, TheBoundIsAQuarterAndTwoAboveTheMean) {
  for (Candidate& candidate : candidates_) candidate.in_flight = 20;
  const size_t own = Choose(Key(1)).target;
  // With this call 169 are in flight: 125 % of the mean are 27, and two.
  candidates_[own].in_flight = 28;
  EXPECT_EQ(Choose(Key(1)).chosen_by, "OWN");
  candidates_[own].in_flight = 29;
  EXPECT_EQ(Choose(Key(1)).chosen_by, "SECOND");
  rules_.affinity_slack = 10;
  EXPECT_EQ(Choose(Key(1)).chosen_by, "OWN");
}

TEST_F(AffinityTest, OneThatIsWarmingUpKeepsItsKeysButTakesFewCalls) {
  for (Candidate& candidate : candidates_) candidate.in_flight = 20;
  const size_t own = Choose(Key(1)).target;
  candidates_[own].warmth = 0.1;
  EXPECT_EQ(Choose(Key(1)).chosen_by, "SECOND");
  candidates_[own].in_flight = 1;
  EXPECT_EQ(Choose(Key(1)).chosen_by, "OWN");
}

TEST_F(AffinityTest, WithAFewCallsInFlightNothingIsSpilled) {
  candidates_ = Candidates(2);
  const size_t own = Choose(Key(1)).target;
  candidates_[own].in_flight = 2;
  EXPECT_EQ(Choose(Key(1)).chosen_by, "OWN");
}

}  // namespace
}  // namespace inferwire::routing
