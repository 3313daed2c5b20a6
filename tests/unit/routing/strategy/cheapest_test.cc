#include <gtest/gtest.h>

#include "unit/routing/candidates.h"

namespace inferwire::routing {
namespace {

class CheapestTest : public testing::Test {
 protected:
  CheapestTest() { rules_.strategy = Strategy::kCheapest; }

  void Price(size_t i, int64_t input, int64_t output) {
    models_[i].prices = {
        {.tier = "standard", .input = input, .cached_input = {}, .output = output}};
    candidates_[i].facts = &models_[i];
  }
  std::vector<double> Shares() {
    return routing::Shares(candidates_, rules_, 2'000, [&](Traits& traits, int) {
      traits.text_bytes = text_bytes_;
      traits.max_output_tokens = most_output_;
    });
  }

  catalogue::Model models_[3];
  std::vector<Candidate> candidates_ = Candidates(3);
  ChoiceRules rules_;
  size_t text_bytes_ = 4'000;
  int64_t most_output_ = 4'000;
};

TEST_F(CheapestTest, TakesTheLeastPriceOfInputAndAQuarterOfTheOutput) {
  Price(0, 100, 400);
  Price(1, 300, 300);
  Price(2, 1000, 1000);
  EXPECT_NEAR(Shares()[0], 1, 1e-9) << "100 + 400 is less than 300 + 300";
  most_output_ = 12'000;
  EXPECT_NEAR(Shares()[1], 1, 1e-9) << "100 + 1200 is more than 300 + 900";
}

TEST_F(CheapestTest, AboutEquallyCheapOnesShareByLoad) {
  Price(0, 100, 100);
  Price(1, 105, 105);
  Price(2, 106, 106);
  auto shares = Shares();
  EXPECT_NEAR(shares[0], 0.5, 0.05);
  EXPECT_NEAR(shares[1], 0.5, 0.05);
  EXPECT_EQ(shares[2], 0);
  candidates_[0].in_flight = 10;
  EXPECT_NEAR(Shares()[1], 1, 1e-9);
}

TEST_F(CheapestTest, WhatHasNoPriceComesLast) {
  Price(1, 1'000'000, 1'000'000);
  candidates_[2].facts = &models_[2];
  EXPECT_NEAR(Shares()[1], 1, 1e-9);
  candidates_[1].condition = Condition::kOut;
  const auto shares = Shares();
  EXPECT_NEAR(shares[0], 0.5, 0.05);
  EXPECT_NEAR(shares[2], 0.5, 0.05);
}

TEST_F(CheapestTest, ACallThatDoesNotSayHowMuchItWantsIsPricedToo) {
  most_output_ = 0;
  Price(0, 100, 10'000);
  Price(1, 200, 100);
  Price(2, 200, 10'000);
  EXPECT_NEAR(Shares()[1], 1, 1e-9);
}

TEST_F(CheapestTest, WhatIsFreeIsChosen) {
  Price(0, 1, 1);
  Price(1, 0, 0);
  Price(2, 1, 1);
  EXPECT_NEAR(Shares()[1], 1, 1e-9);
}

}  // namespace
}  // namespace inferwire::routing
