#include <gtest/gtest.h>

#include "unit/routing/candidates.h"

namespace inferwire::routing {
namespace {

constexpr int kCalls = 20'000;

ChoiceRules StickyRules(Sticky sticky) {
  ChoiceRules rules;
  rules.sticky = sticky;
  return rules;
}

const auto kByConversation = [](Traits& traits, int i) {
  traits.affinity = StableHash("conversation " + std::to_string(i));
};

TEST(Weighted, SharesFollowTheWeights) {
  auto candidates = Candidates(3);
  candidates[0].weight = 1;
  candidates[1].weight = 2;
  candidates[2].weight = 7;
  const auto shares = Shares(candidates, {});
  EXPECT_NEAR(shares[0], 0.1, 0.01);
  EXPECT_NEAR(shares[1], 0.2, 0.01);
  EXPECT_NEAR(shares[2], 0.7, 0.01);
}

TEST(Weighted, OneThatIsWarmingUpTakesAPartOfItsWeight) {
  auto candidates = Candidates(2);
  candidates[0].warmth = 0.25;
  EXPECT_NEAR(Shares(candidates, {})[0], 0.2, 0.01);
}

TEST(Weighted, ACanaryGetsItsShareOfTheConversations) {
  auto candidates = Candidates(2);
  candidates[0].weight = 95;
  candidates[1].weight = 5;
  const auto shares = Shares(candidates, StickyRules(Sticky::kAffinity), kCalls, kByConversation);
  EXPECT_NEAR(shares[1], 0.05, 0.005);
}

TEST(Weighted, AConversationNeverChangesItsSide) {
  const auto candidates = Candidates(5);
  const ChoiceRules rules = StickyRules(Sticky::kAffinity);
  Random one(1), other(2);
  auto turned = candidates;
  std::swap(turned[0], turned[4]);
  for (int i = 0; i < 2'000; ++i) {
    Traits traits;
    kByConversation(traits, i);
    const size_t chosen = Choose(candidates, traits, rules, one)->target;
    EXPECT_EQ(Choose(candidates, traits, rules, other)->target, chosen);
    const size_t there = Choose(turned, traits, rules, other)->target;
    EXPECT_EQ(turned[there].upstream, candidates[chosen].upstream) << "in whatever order";
  }
}

TEST(Weighted, AHigherWeightMovesOnlyItsOwnPart) {
  auto before = Candidates(2), after = Candidates(2);
  before[0].weight = 95;
  before[1].weight = 5;
  after[0].weight = 90;
  after[1].weight = 10;
  const ChoiceRules rules = StickyRules(Sticky::kAffinity);
  Random random(1);
  int moved = 0;
  for (int i = 0; i < kCalls; ++i) {
    Traits traits;
    kByConversation(traits, i);
    const size_t was = Choose(before, traits, rules, random)->target;
    const size_t is = Choose(after, traits, rules, random)->target;
    if (was != is) ++moved;
    EXPECT_FALSE(was == 1 && is != 1);
  }
  EXPECT_NEAR(moved / static_cast<double>(kCalls), 0.05, 0.005);
}

TEST(Weighted, CallersCanBeSticky) {
  const auto candidates = Candidates(4);
  const auto shares =
      Shares(candidates, StickyRules(Sticky::kCaller), 500, [](Traits& traits, int i) {
        traits.caller = 42;
        kByConversation(traits, i);
      });
  EXPECT_NEAR(*std::max_element(shares.begin(), shares.end()), 1, 1e-9);
}

TEST(Weighted, WithoutAKeyItIsRandom) {
  const auto shares = Shares(Candidates(4), StickyRules(Sticky::kAffinity));
  for (const double share : shares) EXPECT_NEAR(share, 0.25, 0.02);
}

}  // namespace
}  // namespace inferwire::routing
