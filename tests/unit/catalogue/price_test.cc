// What answers cost: by hand from the published prices, to the last pico-USD.
#include "catalogue/price.h"

#include <gtest/gtest.h>

#include <limits>

#include "config/catalogue.h"

namespace inferwire::catalogue {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Tokens Used(int64_t input, int64_t cached, int64_t output, int64_t reasoning = 0) {
  Tokens tokens;
  tokens.input = input;
  tokens.cached = cached;
  tokens.output = output;
  tokens.reasoning = reasoning;
  return tokens;
}

v1::Cost CostOf(const Model* model, const Tokens& tokens, std::string_view tier = "",
                std::string_view usual = kStandardTier) {
  v1::Cost cost;
  FillCost(Price(model, tokens, tier, usual), cost);
  return cost;
}

class PriceTest : public ::testing::Test {
 protected:
  v1::Cost Of(const char* model, const Tokens& tokens, std::string_view tier = "") {
    return CostOf(catalogue->Find(model), tokens, tier);
  }
  const std::shared_ptr<const Catalogue> catalogue = config::BuiltInCatalogue(false);
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
      // USD 1.25, 0.125 and 10.00; reasoning is a part of the output.
      {"gpt-5", "", 100, 0, 1000, 960, 125'000'000 + 10'000'000'000},
      {"gpt-5", "auto", 1'000'000, 1'000'000, 0, 0, 125'000'000'000},
      {"gpt-5", "batch", 1'000'000, 1'000'000, 0, 0, 62'500'000'000},
      {"gpt-4.1-mini", "priority", 1000, 400, 10, 0,
       600 * 700'000 + 400 * 175'000 + 10 * 2'800'000},
      {"gpt-5", "batch", 1'000'000, 0, 1'000'000, 0, 625'000'000'000 + 5'000'000'000'000},
      {"gpt-5", "", 0, 0, 0, 0, 0},
  };
  for (const Golden& each : cases) {
    SCOPED_TRACE(testing::Message() << each.model << ' ' << each.tier << ' ' << each.input);
    const auto cost =
        Of(each.model, Used(each.input, each.cached, each.output, each.reasoning), each.tier);
    ASSERT_TRUE(cost.has_total_picousd()) << cost.unpriced_reason();
    EXPECT_EQ(cost.total_picousd(), each.picousd);
    EXPECT_EQ(cost.input_picousd() + cost.cached_input_picousd() + cost.output_picousd(),
              cost.total_picousd());
    EXPECT_EQ(cost.price_revision(), catalogue->revision());
    const std::string tier = each.tier;
    EXPECT_EQ(cost.service_tier(), tier == "batch" || tier == "priority" ? tier : "standard");
    EXPECT_EQ(cost.priced_model(), each.model);
    EXPECT_EQ(cost.unpriced_reason(), "");
  }
}

TEST_F(PriceTest, OfABatchIsHalfOfTheStandardOne) {
  for (const Model& model : catalogue->models()) {
    const TierPrice *standard = model.PriceOf("standard"), *batch = model.PriceOf("batch");
    ASSERT_TRUE(standard) << model.id;
    if (!batch) continue;
    EXPECT_EQ(batch->input.pico * 2, standard->input) << model.id;
    EXPECT_EQ(batch->output.pico * 2, standard->output) << model.id;
  }
}

// The price list of batches has none for the 4.1 family: cached tokens cost as much as others.
TEST_F(PriceTest, OfCachedTokensInBatchesIsOnlyWhatASourceStates) {
  EXPECT_FALSE(catalogue->Find("gpt-4.1")->PriceOf("batch")->cached_input);
  EXPECT_FALSE(catalogue->Find("gpt-4.1-mini")->PriceOf("batch")->cached_input);
  EXPECT_EQ(catalogue->Find("gpt-5")->PriceOf("batch")->cached_input, 62'500);
}

TEST_F(PriceTest, TakesTheUsualListByEachOfItsNames) {
  for (const char* tier : {"", "default", "auto", "standard", "on_demand"}) {
    const Model* const model = catalogue->Find("gpt-5");
    EXPECT_EQ(CostOf(model, Used(10, 0, 1), tier).service_tier(), "standard") << tier;
    EXPECT_EQ(CostOf(model, Used(10, 0, 1), tier, kBatchTier).service_tier(), "batch") << tier;
  }
  const Model* const mini = catalogue->Find("gpt-4.1-mini");
  EXPECT_EQ(CostOf(mini, Used(10, 0, 1), "priority", kBatchTier).service_tier(), "priority");
}

TEST_F(PriceTest, OfCacheWritesIsTheirOwnOrNone) {
  Model model;
  model.prices.push_back({"standard", 100, 10, 500, 125});
  Tokens tokens = Used(1000, 200, 3);
  tokens.cache_write = 300;
  const v1::Cost cost = CostOf(&model, tokens);
  EXPECT_EQ(cost.input_picousd(), 500 * 100);
  EXPECT_EQ(cost.cached_input_picousd(), 200 * 10);
  EXPECT_EQ(cost.cache_write_picousd(), 300 * 125);
  EXPECT_EQ(cost.total_picousd(), 500 * 100 + 200 * 10 + 300 * 125 + 3 * 500);
  tokens.cache_write_long = 100;
  EXPECT_EQ(CostOf(&model, tokens).unpriced_reason(), "CACHE_WRITE_NOT_PRICED");
  model.prices[0].cache_write_long = 200;
  EXPECT_EQ(CostOf(&model, tokens).cache_write_picousd(), 200 * 125 + 100 * 200);
  tokens.cache_write_long = 0;
  model.prices[0].cache_write.reset();
  EXPECT_EQ(CostOf(&model, tokens).unpriced_reason(), "CACHE_WRITE_NOT_PRICED");
  tokens.cache_write = 0;
  EXPECT_TRUE(CostOf(&model, tokens).has_total_picousd());
}

TEST_F(PriceTest, OfALongRequestIsAnotherForAllOfIt) {
  Model model;
  TierPrice list{"standard", 100, 10, 500};
  list.longer.push_back({"standard", 200, 20, 750});
  list.longer[0].above = 272'000;
  list.longer.push_back({"standard", 300, 30, 900});
  list.longer[1].above = 500'000;
  model.prices.push_back(list);
  const auto total = [&](int64_t input, int64_t cached) {
    return CostOf(&model, Used(input, cached, 10)).total_picousd();
  };
  EXPECT_EQ(total(272'000, 2000), 270'000 * 100 + 2000 * 10 + 10 * 500);
  EXPECT_EQ(total(272'001, 2000), 270'001 * 200 + 2000 * 20 + 10 * 750);
  EXPECT_EQ(total(500'001, 0), 500'001 * 300 + 10 * 900);
  Tokens apart = Used(1, 272'000, 10);
  apart.more_input = 272'000;
  EXPECT_EQ(CostOf(&model, apart).total_picousd(), 1 * 200 + 272'000 * 20 + 10 * 750)
      << "what is counted beside the input is input";
}

TEST_F(PriceTest, FinerThanAPicodollarIsRoundedOnceAndItsPartsAddUp) {
  Model model;
  // 0.4, 0.4 and 0.7 pico-USD.
  model.prices.push_back({"standard", Rate(0, 400'000), Rate(0, 400'000), Rate(0, 700'000)});
  v1::Cost cost = CostOf(&model, Used(2, 1, 1));
  EXPECT_EQ(cost.total_picousd(), 2) << "1.5, and not 0 + 0 + 1";
  EXPECT_EQ(cost.input_picousd() + cost.cached_input_picousd() + cost.output_picousd(), 2);
  EXPECT_EQ(CostOf(&model, Used(1, 0, 0)).total_picousd(), 0);
  EXPECT_EQ(CostOf(&model, Used(1'000'001, 0, 0)).total_picousd(), 400'000);
}

TEST_F(PriceTest, OfSoundAndPicturesIsTheirOwn) {
  Model model;
  TierPrice list{"standard", 100, 10, 500};
  Tokens tokens = Used(1000, 300, 80);
  tokens.audio_input = 400;
  tokens.cached_audio = 100;
  tokens.image_input = 50;
  tokens.audio_output = 30;
  tokens.image_output = 20;
  list.audio_input = 3000;
  list.audio_output = 7000;
  list.image_output = 9000;
  model.prices = {list};
  EXPECT_EQ(CostOf(&model, tokens).unpriced_reason(), "MODALITY_NOT_PRICED") << "cached sound";
  model.prices[0].cached_audio_input = 30;
  const v1::Cost cost = CostOf(&model, tokens);
  // Text: 1000 - 400 - 50 - 200 that came from the cache; pictures cost what text does.
  EXPECT_EQ(cost.input_picousd(), 350 * 100 + 300 * 3000 + 50 * 100);
  EXPECT_EQ(cost.cached_input_picousd(), 200 * 10 + 100 * 30);
  EXPECT_EQ(cost.output_picousd(), 30 * 500 + 30 * 7000 + 20 * 9000);
  model.prices[0].image_input = 1000;
  EXPECT_EQ(CostOf(&model, tokens).input_picousd(), 350 * 100 + 300 * 3000 + 50 * 1000);
  tokens.cached = 1000;
  EXPECT_EQ(CostOf(&model, tokens).unpriced_reason(), "MODALITY_NOT_PRICED")
      << "more is cached than there is text, and nobody says of what kind";
}

TEST_F(PriceTest, HasTheFeesOfSearchesAndRequests) {
  Model model;
  TierPrice list{"standard", 100, 10, 500};
  Tokens tokens = Used(10, 0, 0);
  tokens.searches = 2;
  model.prices = {list};
  EXPECT_EQ(CostOf(&model, tokens).unpriced_reason(), "SEARCH_NOT_PRICED");
  model.prices[0].search_low = 5'000;
  EXPECT_EQ(CostOf(&model, tokens).unpriced_reason(), "SEARCH_NOT_PRICED") << "of what size?";
  tokens.search_size = "low";
  EXPECT_EQ(CostOf(&model, tokens).total_picousd(), 11'000);
  model.prices[0].request = 7;
  model.prices[0].reasoning = 600;
  tokens.output = 5;
  tokens.reasoning = 2;
  EXPECT_EQ(CostOf(&model, tokens).total_picousd(), 11'007 + 3 * 500 + 2 * 600);
}

TEST_F(PriceTest, CountsWhatIsBilledBesideInputAndOutput) {
  Model model;
  model.prices.push_back({"standard", 100, 10, 500, 125});
  Tokens tokens = Used(5, 20, 2, 50);
  tokens.cache_write = 30;
  tokens.more_input = 50;
  tokens.more_output = 50;
  const v1::Cost cost = CostOf(&model, tokens);
  EXPECT_EQ(cost.input_picousd(), 5 * 100);
  EXPECT_EQ(cost.output_picousd(), 52 * 500);
  EXPECT_EQ(cost.total_picousd(), 500 + 200 + 30 * 125 + 52 * 500);
}

TEST_F(PriceTest, IsHeldAgainstWhatTheProviderStates) {
  const auto differs = [](std::optional<int64_t> ours, std::optional<int64_t> stated) {
    Charge charge;
    charge.total = ours;
    charge.stated = stated;
    return Differs(charge);
  };
  EXPECT_FALSE(differs(1000, 1000));
  EXPECT_FALSE(differs(1010, 1000));
  EXPECT_TRUE(differs(1011, 1000));
  EXPECT_FALSE(differs(990, 1000));
  EXPECT_TRUE(differs(989, 1000));
  EXPECT_TRUE(differs(1, 0));
  EXPECT_FALSE(differs(0, 0));
  EXPECT_TRUE(differs(kMost, 1));
  EXPECT_FALSE(differs(std::nullopt, 1000));
  EXPECT_FALSE(differs(1000, std::nullopt));
}

TEST_F(PriceTest, OfASnapshotIsTheModels) {
  EXPECT_EQ(Of("gpt-4.1-mini-2025-04-14", Used(5, 0, 7)).total_picousd(),
            Of("gpt-4.1-mini", Used(5, 0, 7)).total_picousd());
}

TEST_F(PriceTest, SaysWhyThereIsNone) {
  EXPECT_EQ(Of("nobody-knows-it", Used(1, 0, 1)).unpriced_reason(), "MODEL_NOT_PRICED");
  EXPECT_EQ(Of("gpt-5", Used(1, 0, 1), "flex").unpriced_reason(), "SERVICE_TIER_NOT_PRICED");
  EXPECT_EQ(Of("gpt-5", Tokens()).unpriced_reason(), "USAGE_NOT_REPORTED");
  Tokens tokens;
  tokens.input = 3;
  EXPECT_EQ(Of("gpt-5", tokens).unpriced_reason(), "USAGE_NOT_REPORTED");
  tokens.output = 1;
  tokens.other_kinds = true;
  EXPECT_EQ(Of("gpt-5", tokens).unpriced_reason(), "MODALITY_NOT_PRICED");
  EXPECT_FALSE(Of("gpt-5", tokens).has_total_picousd());
  tokens.contradiction = "USAGE_IMPOSSIBLE";
  EXPECT_EQ(Of("gpt-5", tokens).unpriced_reason(), "USAGE_IMPOSSIBLE");
}

TEST_F(PriceTest, ThatDoesNotFitIsNone) {
  EXPECT_EQ(Of("gpt-5", Used(kMost, 0, 0)).unpriced_reason(), "TOO_LARGE");
  Tokens both = Used(kMost / 1'250'000, 0, kMost / 10'000'000);
  EXPECT_EQ(Of("gpt-5", both).unpriced_reason(), "TOO_LARGE");  // each fits, the sum does not
  both.output = 0;
  EXPECT_TRUE(Of("gpt-5", both).has_total_picousd());
  both.more_input = kMost;
  EXPECT_EQ(Of("gpt-5", both).unpriced_reason(), "TOO_LARGE");
}

TEST_F(PriceTest, WithoutACachedPriceCachedTokensCostAsMuchAsOthers) {
  Model model;
  model.prices.push_back({"standard", 3, std::nullopt, 5});
  EXPECT_EQ(CostOf(&model, Used(10, 4, 1)).total_picousd(), 10 * 3 + 5);
}

TEST_F(PriceTest, SumsUpAndSaysOnlyWhatTheyHaveInCommon) {
  v1::Cost sum;
  AddCost(Of("gpt-5", Used(1, 0, 1)), sum);
  EXPECT_EQ(sum.service_tier(), "standard");
  AddCost(Of("nobody-knows-it", Used(1, 0, 1)), sum);
  EXPECT_EQ(sum.total_picousd(), 11'250'000);
  AddCost(Of("gpt-5", Used(2, 0, 0), "batch"), sum);
  EXPECT_EQ(sum.total_picousd(), 12'500'000);
  EXPECT_EQ(sum.service_tier(), "");
  EXPECT_EQ(sum.priced_model(), "gpt-5");
  EXPECT_EQ(sum.price_revision(), catalogue->revision());
  EXPECT_EQ(sum.unpriced_items().at("MODEL_NOT_PRICED"), 1);
  EXPECT_EQ(sum.unpriced_reason(), "");
}

TEST_F(PriceTest, SumSaysHowManyHaveNoPriceAndWhy) {
  v1::Cost shard, other, sum;
  AddCost(Of("nobody-knows-it", Used(1, 0, 1)), shard);
  EXPECT_EQ(shard.unpriced_reason(), "MODEL_NOT_PRICED");
  for (int i = 0; i < 2; ++i) AddCost(Of("gpt-5", Tokens()), shard);
  EXPECT_EQ(shard.unpriced_reason(), "USAGE_NOT_REPORTED");
  EXPECT_FALSE(shard.has_total_picousd());
  AddCost(Of("gpt-5", Used(1, 0, 1)), other);
  AddCost(Of("gpt-5", Tokens()), other);
  AddCost(shard, sum);
  AddCost(other, sum);
  EXPECT_EQ(sum.total_picousd(), 11'250'000);
  EXPECT_EQ(sum.unpriced_reason(), "");
  EXPECT_EQ(sum.unpriced_items().at("USAGE_NOT_REPORTED"), 3);
  EXPECT_EQ(sum.unpriced_items().at("MODEL_NOT_PRICED"), 1);
}

TEST_F(PriceTest, SumKeepsWhatIsStatedAndWhatIsEstimatedApart) {
  v1::Cost sum, stated = Of("gpt-5", Used(1, 0, 0)), estimated = Of("gpt-5", Used(2, 0, 0));
  stated.set_provider_stated_picousd(7);
  estimated.set_estimated(true);
  estimated.set_estimate_of("OUTPUT");
  AddCost(stated, sum);
  EXPECT_FALSE(sum.estimated());
  AddCost(estimated, sum);
  AddCost(v1::Cost(sum), sum);
  EXPECT_EQ(sum.total_picousd(), 2 * 3 * 1'250'000);
  EXPECT_EQ(sum.estimated_picousd(), 2 * 2 * 1'250'000);
  EXPECT_TRUE(sum.estimated());
  EXPECT_EQ(sum.estimate_of(), "OUTPUT");
  EXPECT_EQ(sum.provider_stated_picousd(), 14);
}

TEST_F(PriceTest, SumThatGrowsTooLargeStaysUnpriced) {
  v1::Cost sum, large;
  large.set_total_picousd(kMost);
  large.set_input_picousd(kMost);
  AddCost(large, sum);
  AddCost(Of("gpt-5", Used(1, 0, 0)), sum);
  EXPECT_FALSE(sum.has_total_picousd());
  EXPECT_EQ(sum.unpriced_reason(), "TOO_LARGE");
  AddCost(Of("gpt-5", Used(1, 0, 0)), sum);
  EXPECT_FALSE(sum.has_total_picousd());
}

}  // namespace
}  // namespace inferwire::catalogue
