// What a request would cost, and what would be wrong with it.
#include "endpoints/models/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "world.h"

namespace inferwire::endpoints {
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
    auto plan = PlanEstimate(copy, world.router);
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
  auto plan = PlanEstimate(request, strict.router);
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
  EXPECT_EQ(Estimate(5).input_tokens(), 5 + 7 + 1659) << "1,024 patches, 1.62 tokens each";
}

TEST_F(EstimateTest, CallsTheCostABoundOnlyWhereAllOfTheInputHasOne) {
  const auto bound = [&](auto change, bool exact = true) {
    const v1::EstimateRequest before = request;
    change(*request.mutable_params());
    const auto estimate = Estimate(93, exact);
    request = before;
    EXPECT_EQ(estimate.max_cost_is_bound() && !estimate.has_max_input_tokens(), false);
    return estimate.max_cost_is_bound();
  };
  using Params = v1::ChatCompletionParams;
  EXPECT_TRUE(bound([](Params&) {}));
  EXPECT_TRUE(bound([](Params& p) {
    p.mutable_messages(0)->clear_content();
    p.mutable_messages(0)->add_content_parts()->mutable_image_url();
  }));
  EXPECT_FALSE(bound([](Params& p) {
    p.mutable_messages(0)->clear_content();
    p.mutable_messages(0)->add_content_parts()->mutable_input_audio();
  }));
  EXPECT_FALSE(bound([](Params& p) {
    p.mutable_messages(0)->clear_content();
    p.mutable_messages(0)->add_content_parts()->mutable_file();
  }));
  EXPECT_TRUE(bound([](Params& p) { p.add_tools()->mutable_function()->set_name("f"); }));
  EXPECT_FALSE(bound([](Params& p) { p.add_tools()->set_raw_json("{}"); }));
  EXPECT_TRUE(bound([](Params& p) {
    p.mutable_response_format()->mutable_json_schema()->set_schema_json("{}");
  }));
  EXPECT_FALSE(bound([](Params& p) { p.mutable_prediction(); }));
  EXPECT_FALSE(bound([](Params& p) { p.set_web_search_options_json("{}"); }));
  EXPECT_FALSE(bound([](Params& p) { p.add_modalities("audio"); }));
  EXPECT_TRUE(bound([](Params& p) { p.add_modalities("text"); }));
  EXPECT_FALSE(bound([](Params& p) { p.set_model("small"); }));
}

// What an image whose size nobody knows can be at most, and what is expected of it.
TEST_F(EstimateTest, TheBoundIsMoreThanTheEstimateWhereSomethingIsGuessed) {
  request.mutable_params()->mutable_messages(0)->clear_content();
  auto& image = *request.mutable_params()->mutable_messages(0)->add_content_parts();
  image.mutable_image_url()->set_url("https://example.com/a.png");
  const auto estimate = Estimate(0);
  EXPECT_EQ(estimate.input_tokens(), 7 + 1659);
  EXPECT_EQ(estimate.max_input_tokens(), 7 + 2489 + 8) << "1,536 patches";
  EXPECT_EQ(estimate.input_cost().total_picousd(), (7 + 1659) * 400'000);
  ASSERT_EQ(estimate.count_notes_size(), 1);
  EXPECT_THAT(estimate.count_notes(0), HasSubstr("1,024 x 1,024"));
}

TEST_F(EstimateTest, WithoutTheVocabularyATokenForEachByteIsTheBound) {
  request.mutable_params()->mutable_messages(0)->set_content(std::string(500, 'x'));
  request.mutable_params()->set_max_completion_tokens(10);
  const auto estimate = Estimate(93, /*exact=*/false);
  EXPECT_EQ(estimate.input_tokens(), 100);
  EXPECT_EQ(estimate.max_input_tokens(), 507);
  EXPECT_EQ(estimate.input_cost().total_picousd(), 100 * 400'000);
  EXPECT_EQ(estimate.max_cost().total_picousd(), 507 * 400'000 + 10 * 1'600'000);
  EXPECT_TRUE(estimate.max_cost_is_bound());
}

TEST_F(EstimateTest, APromptOverTheContextWindowIsAProblem) {
  EXPECT_THAT(Estimate(1'047'576 - 7).problems(), IsEmpty());
  const auto over = Estimate(1'047'577 - 7);
  ASSERT_EQ(over.problems_size(), 1);
  EXPECT_EQ(over.problems(0).reason(), "CONTEXT_LENGTH_EXCEEDED");
  EXPECT_EQ(over.problems(0).field(), "params.messages");
  // An estimate may be too high: it is no reason to call the prompt too long.
  EXPECT_THAT(Estimate(1'047'577 - 7, /*exact=*/false).problems(), IsEmpty());
  // So many words are too long whoever counts them, and it is said once.
  std::string text;
  for (int i = 0; i < 1'047'577; ++i) text += "a ";
  request.mutable_params()->mutable_messages(0)->set_content(text);
  EXPECT_EQ(Estimate(1'100'000, /*exact=*/false).problems_size(), 1);
  EXPECT_EQ(Estimate(1'100'000).problems_size(), 1);
}

// The input may be less than estimated, and the window then leaves more for the output.
TEST_F(EstimateTest, AnEstimateOfTheInputDoesNotShortenTheOutput) {
  EXPECT_EQ(Estimate(1'047'576 - 7 - 500, /*exact=*/false).max_output_tokens(), 32'768);
}

TEST_F(EstimateTest, RefusesWhatIsNoRequest) {
  v1::EstimateRequest empty;
  EXPECT_FALSE(PlanEstimate(empty, world.router).ok());
  empty.mutable_params()->set_model("gpt-5");
  EXPECT_FALSE(PlanEstimate(empty, world.router).ok());
}

TEST_F(EstimateTest, OfAResponseIsThatOfTheSameChat) {
  request.Clear();
  request.mutable_response()->set_model("gpt-4.1-mini");
  request.mutable_response()->set_input("hi");
  request.mutable_response()->set_max_output_tokens(1000);
  const auto estimate = Estimate(93);
  EXPECT_EQ(estimate.input_tokens(), 100);
  EXPECT_EQ(estimate.max_cost().total_picousd(), 100 * 400'000 + 1000 * int64_t{1'600'000});
  EXPECT_TRUE(estimate.max_cost_is_bound());
  EXPECT_EQ(estimate.features(0).feature(), "responses");
  EXPECT_TRUE(estimate.features(0).supported());
  request.set_batch(true);
  EXPECT_EQ(Estimate(93).max_cost().total_picousd(), 100 * 200'000 + 1000 * 800'000);
}

TEST_F(EstimateTest, WhatAResponsesToolsFindIsNoBound) {
  request.Clear();
  request.mutable_response()->set_model("gpt-4.1-mini");
  request.mutable_response()->set_input("hi");
  request.mutable_response()->add_tools()->set_type("web_search");
  EXPECT_FALSE(Estimate(10).max_cost_is_bound());
  request.mutable_response()->clear_tools();
  request.mutable_response()->set_previous_response_id("resp_1");
  const auto estimate = Estimate(10);
  EXPECT_FALSE(estimate.max_cost_is_bound());
  EXPECT_EQ(estimate.count_method(), v1::TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE);
}

TEST_F(EstimateTest, EmbeddingsHaveNoFrameAndNoOutput) {
  request.Clear();
  request.mutable_embedding()->set_model("small");
  request.mutable_embedding()->add_input("a text");
  request.mutable_embedding()->add_token_input()->add_tokens(7);
  const auto estimate = Estimate(10);
  EXPECT_EQ(estimate.input_tokens(), 11);
  EXPECT_EQ(estimate.max_output_tokens(), 0);
}

TEST_F(EstimateTest, EveryPromptOfATextCompletionHasItsChoices) {
  request.Clear();
  auto& params = *request.mutable_text_completion();
  params.set_model("gpt-4.1-mini");
  params.add_prompt("a");
  params.add_prompt("b");
  params.set_n(2);
  params.set_best_of(3);
  params.set_max_tokens(10);
  const auto estimate = Estimate(2);
  EXPECT_EQ(estimate.input_tokens(), 2);
  EXPECT_EQ(estimate.max_cost().total_picousd(), 2 * 400'000 + 2 * 3 * 10 * int64_t{1'600'000});
}

TEST_F(EstimateTest, IsOfOneRequest) {
  const auto field = [](v1::EstimateRequest asked) {
    ModelsWorld world;
    const auto plan = PlanEstimate(asked, world.router);
    return plan.ok() || plan.error().fields.empty() ? std::string("none")
                                                    : plan.error().fields.front().field;
  };
  v1::EstimateRequest two = request;
  two.mutable_embedding()->set_model("m");
  EXPECT_EQ(field(two), "params");
  EXPECT_EQ(field({}), "params.model");
  v1::EstimateRequest bare;
  bare.mutable_response();
  EXPECT_EQ(field(bare), "response.model");
  bare.mutable_response()->set_model("m");
  EXPECT_EQ(field(bare), "response.input");
  bare.Clear();
  bare.mutable_embedding()->set_model("m");
  EXPECT_EQ(field(bare), "embedding.input");
  bare.Clear();
  bare.mutable_text_completion()->set_model("m");
  bare.mutable_text_completion()->set_n(-1);
  EXPECT_EQ(field(bare), "text_completion.n");
}

TEST_F(EstimateTest, ShowsEveryPriceListSideBySide) {
  request.mutable_params()->set_max_completion_tokens(1000);
  const auto names = [&] {
    std::vector<std::string> all;
    std::string cheapest = "none";
    const auto estimate = Estimate(93);
    for (const auto& each : estimate.ways()) {
      all.push_back(each.way().service_tier());
      if (each.way().cheapest()) cheapest = each.way().service_tier();
    }
    all.push_back(cheapest);
    return all;
  };
  EXPECT_THAT(names(), ::testing::ElementsAre("standard", "batch", "priority", "batch"));
  request.mutable_deadline()->set_seconds(3600);
  EXPECT_EQ(names().back(), "standard") << "a batch may take a day";
  EXPECT_FALSE(Estimate(93).ways(1).way().meets_deadline());
  request.mutable_deadline()->set_seconds(24 * 3600);
  EXPECT_EQ(names().back(), "batch");
  const auto way = Estimate(93).ways(1);
  EXPECT_EQ(way.way().within().seconds(), 24 * 3600);
  EXPECT_EQ(way.max_cost().total_picousd(), 100 * 200'000 + 1000 * 800'000);
  EXPECT_EQ(way.input_cost().total_picousd(), 100 * 200'000);
  request.mutable_deadline()->set_seconds(-1);
  v1::EstimateRequest copy = request;
  EXPECT_FALSE(PlanEstimate(copy, world.router).ok());
}

}  // namespace
}  // namespace inferwire::endpoints
