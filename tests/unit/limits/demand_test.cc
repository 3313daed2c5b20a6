#include "limits/demand.h"

#include <gmock/gmock.h>

namespace inferwire::limits {
namespace {

class DemandTest : public testing::Test {
 protected:
  Experience experience;
  CallFacts facts{
      .request_bytes = 4000, .model_max_output = 32'768, .input_price = 2, .output_price = 10};
};

TEST_F(DemandTest, BeginsWithAQuarterOfATokenPerByteAndAThousandOfOutput) {
  const Demand demand = Expect(facts, experience);
  EXPECT_EQ(demand.input_tokens, 1001);
  EXPECT_EQ(demand.output_tokens, 1000);
  EXPECT_EQ(demand.tokens(), 2001);
  EXPECT_EQ(demand.picousd, 1001 * 2 + 1000 * 10);
  EXPECT_EQ(demand.worst_picousd, 1001 * 2 + 32'768 * 10);
}

TEST_F(DemandTest, ExpectsNoMoreOutputThanTheCallerOrTheModelAllows) {
  facts.output.tokens = 50;
  EXPECT_EQ(Expect(facts, experience).output_tokens, 50);
  EXPECT_EQ(Expect(facts, experience).worst_picousd, Expect(facts, experience).picousd);
  facts.output.tokens = -5;
  EXPECT_EQ(Expect(facts, experience).output_tokens, 0);
}

TEST_F(DemandTest, TheWorstCaseIsTheLongestOfEachChoice) {
  facts.output.choices = 3;
  EXPECT_EQ(Expect(facts, experience).worst_picousd, 1001 * 2 + 3 * 32'768 * 10);
  facts.output.tokens = 300;
  EXPECT_EQ(Expect(facts, experience).worst_picousd, 1001 * 2 + 300 * 10);
}

TEST_F(DemandTest, LearnsTheInputFromWhatIsReported) {
  for (int i = 0; i < 30; ++i) Learn(facts, {.input_tokens = 2000}, experience);
  EXPECT_NEAR(static_cast<double>(Expect(facts, experience).input_tokens), 2000, 10);
  for (int i = 0; i < 30; ++i) Learn(facts, {.input_tokens = 400}, experience);
  EXPECT_NEAR(static_cast<double>(Expect(facts, experience).input_tokens), 400, 10);
}

TEST_F(DemandTest, LearnsTheOutputFromWhatIsReported) {
  for (int i = 0; i < 200; ++i) Learn(facts, {.output_tokens = 5000}, experience);
  EXPECT_GE(Expect(facts, experience).output_tokens, 5000);
}

TEST_F(DemandTest, NothingThatIsReportedMakesItAbsurd) {
  for (int i = 0; i < 100; ++i) Learn(facts, {.input_tokens = INT64_MAX}, experience);
  EXPECT_LE(Expect(facts, experience).input_tokens, 4 * 4000 + 1);
  for (int i = 0; i < 100; ++i) Learn({.request_bytes = 0}, {.input_tokens = 100}, experience);
  for (int i = 0; i < 100; ++i) Learn(facts, {.input_tokens = 0}, experience);
  EXPECT_LE(Expect(facts, experience).input_tokens, 4 * 4000 + 1);
  facts.input_price = facts.output_price = INT64_MAX;
  EXPECT_EQ(Expect(facts, experience).picousd, 1'000'000'000'000'000);
  EXPECT_GT((Usage{.input_tokens = INT64_MAX, .output_tokens = INT64_MAX}.tokens()), 0);
}

TEST_F(DemandTest, ABudgetSaysHowMuchIsSetAside) {
  const Demand demand = Expect(facts, experience);
  EXPECT_EQ(demand.money(Reserve::kExpected), demand.picousd);
  EXPECT_EQ(demand.money(Reserve::kWorstCase), demand.worst_picousd);
}

}  // namespace
}  // namespace inferwire::limits
