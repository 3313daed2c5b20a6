// What answers cost: by hand from the published prices, to the last pico-USD.
#include "catalogue/price.h"

#include <gtest/gtest.h>

#include <limits>

#include "config_catalogue.h"

namespace llmgate::catalogue {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

v1::Usage Usage(int64_t input, int64_t cached, int64_t output, int64_t reasoning = 0) {
  v1::Usage usage;
  usage.set_input_tokens(input);
  usage.set_output_tokens(output);
  usage.set_total_tokens(input + output);
  if (cached > 0) usage.mutable_input_details()->set_cached_tokens(cached);
  if (reasoning > 0) usage.mutable_output_details()->set_reasoning_tokens(reasoning);
  return usage;
}

class PriceTest : public ::testing::Test {
 protected:
  v1::Cost Of(const char* model, const v1::Usage& usage, std::string_view tier = "") {
    return PriceUsage(catalogue->Find(model), usage, tier);
  }
  const std::shared_ptr<const Catalogue> catalogue = BuiltInCatalogue(false);
};

struct Golden {
  const char* model;
  const char* tier;
  int64_t input, cached, output, reasoning;
  int64_t picousd;  // by hand
};

TEST_F(PriceTest, IsExactlyThePublishedPrice) {
  const Golden cases[] = {
      // USD 0.40, 0.10 and 1.60 per million.
      {"gpt-4.1-mini", "", 1'000'000, 0, 0, 0, 400'000'000'000},
      {"gpt-4.1-mini", "", 1'000'000, 1'000'000, 0, 0, 100'000'000'000},
      {"gpt-4.1-mini", "", 0, 0, 1'000'000, 0, 1'600'000'000'000},
      {"gpt-4.1-mini", "default", 9, 0, 10, 0, 9 * 400'000 + 10 * 1'600'000},
      {"gpt-4.1-mini", "", 2006, 1920, 300, 0, 86 * 400'000 + 1920 * 100'000 + 300 * 1'600'000},
      {"gpt-4.1-mini", "batch", 1'000'000, 0, 1'000'000, 0, 200'000'000'000 + 800'000'000'000},
      // USD 2.00, 0.50 and 8.00.
      {"gpt-4.1", "", 1'000'000, 500'000, 1000, 0,
       1'000'000'000'000 + 250'000'000'000 + 8'000'000'000},
      {"gpt-4.1", "batch", 1'000'000, 0, 1'000'000, 0, 1'000'000'000'000 + 4'000'000'000'000},
      // USD 1.25, 0.13 and 10.00; reasoning is a part of the output.
      {"gpt-5", "", 100, 0, 1000, 960, 125'000'000 + 10'000'000'000},
      {"gpt-5", "auto", 1'000'000, 1'000'000, 0, 0, 130'000'000'000},
      {"gpt-5", "batch", 1'000'000, 0, 1'000'000, 0, 625'000'000'000 + 5'000'000'000'000},
      {"gpt-5", "", 0, 0, 0, 0, 0},
  };
  for (const Golden& each : cases) {
    SCOPED_TRACE(testing::Message() << each.model << ' ' << each.tier << ' ' << each.input);
    const auto cost =
        Of(each.model, Usage(each.input, each.cached, each.output, each.reasoning), each.tier);
    ASSERT_TRUE(cost.has_total_picousd()) << cost.unpriced_reason();
    EXPECT_EQ(cost.total_picousd(), each.picousd);
    EXPECT_EQ(cost.input_picousd() + cost.cached_input_picousd() + cost.output_picousd(),
              cost.total_picousd());
    EXPECT_EQ(cost.price_revision(), catalogue->revision());
    EXPECT_EQ(cost.service_tier(), std::string(each.tier) == "batch" ? "batch" : "standard");
    EXPECT_EQ(cost.unpriced_reason(), "");
  }
}

TEST_F(PriceTest, OfABatchIsHalfOfTheStandardOne) {
  for (const Model& model : catalogue->models()) {
    const TierPrice *standard = model.PriceOf("standard"), *batch = model.PriceOf("batch");
    ASSERT_TRUE(standard && batch) << model.id;
    EXPECT_EQ(batch->input * 2, standard->input) << model.id;
    EXPECT_EQ(*batch->cached_input * 2, *standard->cached_input) << model.id;
    EXPECT_EQ(batch->output * 2, standard->output) << model.id;
  }
}

TEST_F(PriceTest, OfASnapshotIsTheModels) {
  EXPECT_EQ(Of("gpt-4.1-mini-2025-04-14", Usage(5, 0, 7)).total_picousd(),
            Of("gpt-4.1-mini", Usage(5, 0, 7)).total_picousd());
}

TEST_F(PriceTest, CountsReasoningThatAServerReportsBesideTheOutput) {
  v1::Usage usage = Usage(100, 0, 10, 50);
  usage.set_total_tokens(160);  // xAI's way
  EXPECT_EQ(Of("gpt-5", usage).output_picousd(), 600'000'000);
  usage.set_total_tokens(110);  // OpenAI's way
  EXPECT_EQ(Of("gpt-5", usage).output_picousd(), 100'000'000);
}

TEST_F(PriceTest, SaysWhyThereIsNone) {
  EXPECT_EQ(Of("nobody-knows-it", Usage(1, 0, 1)).unpriced_reason(), "MODEL_NOT_PRICED");
  EXPECT_EQ(Of("gpt-5", Usage(1, 0, 1), "flex").unpriced_reason(), "SERVICE_TIER_NOT_PRICED");
  EXPECT_EQ(Of("gpt-5", v1::Usage()).unpriced_reason(), "USAGE_NOT_REPORTED");
  v1::Usage only_input;
  only_input.set_input_tokens(3);
  EXPECT_EQ(Of("gpt-5", only_input).unpriced_reason(), "USAGE_NOT_REPORTED");
  EXPECT_EQ(Of("gpt-5", Usage(10, 11, 1)).unpriced_reason(), "USAGE_IMPOSSIBLE");
  EXPECT_EQ(Of("gpt-5", Usage(-1, 0, 1)).unpriced_reason(), "USAGE_IMPOSSIBLE");
  EXPECT_EQ(Of("gpt-5", Usage(1, 0, -1)).unpriced_reason(), "USAGE_IMPOSSIBLE");
  v1::Usage audio = Usage(10, 0, 1);
  audio.mutable_input_details()->set_audio_tokens(4);
  EXPECT_EQ(Of("gpt-5", audio).unpriced_reason(), "MODALITY_NOT_PRICED");
  EXPECT_FALSE(Of("gpt-5", audio).has_total_picousd());
}

TEST_F(PriceTest, ThatDoesNotFitIsNone) {
  EXPECT_EQ(Of("gpt-5", Usage(kMost, 0, 0)).unpriced_reason(), "TOO_LARGE");
  v1::Usage both;
  both.set_input_tokens(kMost / 1'250'000);
  both.set_output_tokens(kMost / 10'000'000);
  EXPECT_EQ(Of("gpt-5", both).unpriced_reason(), "TOO_LARGE");  // each fits, the sum does not
  both.set_output_tokens(0);
  EXPECT_TRUE(Of("gpt-5", both).has_total_picousd());
}

TEST_F(PriceTest, WithoutACachedPriceCachedTokensCostAsMuchAsOthers) {
  Model model;
  model.prices.push_back({"standard", 3, std::nullopt, 5});
  EXPECT_EQ(PriceUsage(&model, Usage(10, 4, 1), "").total_picousd(), 10 * 3 + 5);
}

TEST_F(PriceTest, SumsUpAndSaysOnlyWhatTheyHaveInCommon) {
  v1::Cost sum;
  AddCost(Of("gpt-5", Usage(1, 0, 1)), sum);
  EXPECT_EQ(sum.service_tier(), "standard");
  AddCost(Of("nobody-knows-it", Usage(1, 0, 1)), sum);
  EXPECT_EQ(sum.total_picousd(), 11'250'000);
  AddCost(Of("gpt-5", Usage(2, 0, 0), "batch"), sum);
  EXPECT_EQ(sum.total_picousd(), 12'500'000);
  EXPECT_EQ(sum.service_tier(), "");
  EXPECT_EQ(sum.price_revision(), catalogue->revision());
}

TEST_F(PriceTest, SumThatGrowsTooLargeStaysUnpriced) {
  v1::Cost sum, large;
  large.set_total_picousd(kMost);
  large.set_input_picousd(kMost);
  AddCost(large, sum);
  AddCost(Of("gpt-5", Usage(1, 0, 0)), sum);
  EXPECT_FALSE(sum.has_total_picousd());
  EXPECT_EQ(sum.unpriced_reason(), "TOO_LARGE");
  AddCost(Of("gpt-5", Usage(1, 0, 0)), sum);
  EXPECT_FALSE(sum.has_total_picousd());
}

}  // namespace
}  // namespace llmgate::catalogue
