// What a request would cost, and what would be wrong with it.
#include "models/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace llmgate::models {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EstimateTest : public ::testing::Test {
 protected:
  EstimateTest() {
    request.mutable_params()->set_model("gpt-4.1-mini");
    auto& message = *request.mutable_params()->add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
  }
  // The texts count as so many tokens.
  v1::EstimateResponse Estimate(int64_t counted, bool exact = true) {
    v1::EstimateRequest copy = request;
    auto plan = PlanEstimate(copy, world.routes);
    EXPECT_TRUE(plan.ok());
    return plan ? FinishEstimate(std::move(*plan), counted, exact) : v1::EstimateResponse();
  }

  ModelsWorld world;
  v1::EstimateRequest request;
};

TEST_F(EstimateTest, PricesTheInputAndTheLongestOutput) {
  request.mutable_params()->set_max_completion_tokens(1000);
  request.mutable_params()->set_n(3);
  const auto estimate = Estimate(93);
  EXPECT_EQ(estimate.input_tokens(), 100);  // 7 frame the message
  EXPECT_EQ(estimate.count_method(), v1::TOKEN_COUNT_METHOD_EXACT);
  EXPECT_EQ(estimate.tokenizer(), "o200k_base");
  EXPECT_THAT(estimate.count_notes(), IsEmpty());
  EXPECT_EQ(estimate.max_output_tokens(), 1000);
  EXPECT_EQ(estimate.input_cost().total_picousd(), 100 * 400'000);
  EXPECT_EQ(estimate.max_cost().total_picousd(), 100 * 400'000 + 3'000 * int64_t{1'600'000});
  EXPECT_TRUE(estimate.fits_context_window());
  EXPECT_EQ(estimate.model_id(), "gpt-4.1-mini");
  EXPECT_EQ(estimate.snapshot_id(), "gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(estimate.upstream(), "openai");
  EXPECT_THAT(estimate.problems(), IsEmpty());
}

TEST_F(EstimateTest, PricesABatchByItsOwnList) {
  request.set_batch(true);
  request.mutable_params()->set_max_tokens(10);
  EXPECT_EQ(Estimate(93).max_cost().total_picousd(), 100 * 200'000 + 10 * 800'000);
  EXPECT_EQ(Estimate(93).max_cost().service_tier(), "batch");
}

TEST_F(EstimateTest, TheModelBoundsTheOutputThatTheRequestDoesNot) {
  EXPECT_EQ(Estimate(93).max_output_tokens(), 32'768);
  // Near its end the window does.
  EXPECT_EQ(Estimate(1'047'576 - 7 - 500).max_output_tokens(), 500);
  const auto over = Estimate(2'000'000);
  EXPECT_EQ(over.max_output_tokens(), 0);
  EXPECT_FALSE(over.fits_context_window());
}

TEST_F(EstimateTest, SaysWhatChatServiceWouldRefuse) {
  request.mutable_params()->set_max_completion_tokens(50'000);
  request.mutable_params()->set_reasoning_effort("high");
  const auto estimate = Estimate(1);
  ASSERT_EQ(estimate.problems_size(), 2);
  EXPECT_EQ(estimate.problems(0).field(), "params.max_completion_tokens");
  EXPECT_EQ(estimate.problems(0).reason(), "INVALID_PARAMETER");
  EXPECT_THAT(estimate.problems(0).description(), HasSubstr("at most 32768"));
  EXPECT_EQ(estimate.problems(1).reason(), "MODEL_LACKS_FEATURE");
  ASSERT_EQ(estimate.features_size(), 2);
  EXPECT_EQ(estimate.features(1).feature(), "reasoning");
  EXPECT_FALSE(estimate.features(1).supported());
}

TEST_F(EstimateTest, OfAModelThatIsNotKnownHasACountAndNoPrice) {
  request.mutable_params()->set_model("small");
  const auto estimate = Estimate(10);
  EXPECT_EQ(estimate.model_id(), "");
  EXPECT_EQ(estimate.upstream(), "local");
  EXPECT_EQ(estimate.upstream_model(), "llama-3.1-8b");
  EXPECT_EQ(estimate.input_tokens(), 17);
  EXPECT_EQ(estimate.count_method(), v1::TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE);
  EXPECT_FALSE(estimate.has_max_output_tokens());
  EXPECT_FALSE(estimate.has_fits_context_window());
  EXPECT_EQ(estimate.max_cost().unpriced_reason(), "MODEL_NOT_PRICED");
  EXPECT_FALSE(estimate.features(0).has_supported());
}

TEST_F(EstimateTest, SaysThatItCannotBeRouted) {
  ModelsWorld strict(true);
  request.mutable_params()->set_model("nobody-knows-it");
  auto plan = PlanEstimate(request, strict.routes);
  ASSERT_TRUE(plan.ok());
  const auto estimate = FinishEstimate(std::move(*plan), 1, true);
  EXPECT_EQ(estimate.upstream(), "");
  ASSERT_EQ(estimate.problems_size(), 1);
  EXPECT_EQ(estimate.problems(0).reason(), "MODEL_NOT_FOUND");
}

TEST_F(EstimateTest, SaysWhenItIsOne) {
  EXPECT_EQ(Estimate(5, /*exact=*/false).count_method(),
            v1::TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE);
  EXPECT_EQ(Estimate(5, /*exact=*/false).tokenizer(), "");
  EXPECT_EQ(Estimate(5, /*exact=*/false).count_notes_size(), 1);
  request.mutable_params()->mutable_messages(0)->clear_content();
  request.mutable_params()->mutable_messages(0)->add_content_parts()->mutable_image_url();
  EXPECT_EQ(Estimate(5).count_method(), v1::TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE);
  EXPECT_EQ(Estimate(5).input_tokens(), 5 + 7 + 1000);
}

TEST_F(EstimateTest, RefusesWhatIsNoRequest) {
  v1::EstimateRequest empty;
  EXPECT_FALSE(PlanEstimate(empty, world.routes).ok());
  empty.mutable_params()->set_model("gpt-5");
  EXPECT_FALSE(PlanEstimate(empty, world.routes).ok());
}

}  // namespace
}  // namespace llmgate::models
