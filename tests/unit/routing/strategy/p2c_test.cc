// Least in flight, and latency: the better one of two at random.
#include <gtest/gtest.h>

#include "unit/routing/candidates.h"

namespace inferwire::routing {
namespace {

ChoiceRules Rules(Strategy strategy) {
  ChoiceRules rules;
  rules.strategy = strategy;
  return rules;
}

TEST(LeastInFlight, TheBusiestOfAllIsNeverChosen) {
  auto candidates = Candidates(4);
  for (Candidate& candidate : candidates) candidate.in_flight = 5;
  candidates[2].in_flight = 6;
  const auto shares = Shares(candidates, Rules(Strategy::kLeastInFlight));
  EXPECT_EQ(shares[2], 0);
  EXPECT_GT(shares[0], 0.2);
}

TEST(LeastInFlight, TheIdlestGetsHalfOfTheCallsAndNotAll) {
  auto candidates = Candidates(4);
  for (Candidate& candidate : candidates) candidate.in_flight = 9;
  candidates[1].in_flight = 0;
  EXPECT_NEAR(Shares(candidates, Rules(Strategy::kLeastInFlight))[1], 0.5, 0.02) << "no herd";
}

TEST(LeastInFlight, EqualOnesShareEqually) {
  for (const Strategy strategy : {Strategy::kLeastInFlight, Strategy::kLatency}) {
    for (const double share : Shares(Candidates(5), Rules(strategy))) {
      EXPECT_NEAR(share, 0.2, 0.02);
    }
  }
}

TEST(LeastInFlight, AWeightAllowsForMoreInFlight) {
  auto candidates = Candidates(2);
  candidates[0].weight = 300;
  candidates[0].in_flight = 5;
  candidates[1].in_flight = 2;
  EXPECT_EQ(Shares(candidates, Rules(Strategy::kLeastInFlight))[1], 0);
}

TEST(LeastInFlight, OneThatIsWarmingUpGetsLess) {
  auto candidates = Candidates(2);
  candidates[0].warmth = 0.1;
  candidates[1].in_flight = 8;
  EXPECT_EQ(Shares(candidates, Rules(Strategy::kLeastInFlight))[0], 0);
}

TEST(Latency, TheTimeToTheFirstByteCountsForEachCallInFlight) {
  auto candidates = Candidates(2);
  candidates[0].mean = 100ms;
  candidates[0].in_flight = 5;
  candidates[1].mean = 500ms;
  candidates[1].in_flight = 0;
  EXPECT_EQ(Shares(candidates, Rules(Strategy::kLatency))[0], 0) << "6 x 100 ms are more";
  candidates[0].in_flight = 3;
  EXPECT_EQ(Shares(candidates, Rules(Strategy::kLatency))[1], 0);
}

TEST(Latency, WhoHasNotAnsweredYetIsHeldForAsQuickAsTheOther) {
  auto candidates = Candidates(2);
  candidates[0].mean = 10s;
  candidates[1].in_flight = 1;
  EXPECT_EQ(Shares(candidates, Rules(Strategy::kLatency))[1], 0);
}

}  // namespace
}  // namespace inferwire::routing
