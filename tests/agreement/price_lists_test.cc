// Public lists of prices as catalogues: each list's own words, and what cannot be said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/catalogue.h"
#include "config/price_lists/decimal.h"
#include "config/price_lists/price_list.h"

namespace inferwire::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PriceListsTest : public testing::Test {
 protected:
  // Of the catalogue that the list makes, read as a gateway reads it.
  void Import(PriceListKind kind, const std::string& json, const std::string& day = "2026-11-30") {
    const auto read = ImportPriceList(kind, json, "r", day);
    ASSERT_TRUE(read.ok());
    imported = *read;
    const auto loaded = ParseCatalogue(imported.yaml, "f", false);
    ASSERT_EQ(loaded.index(), 0u) << ToText(std::get<1>(loaded)[0]) << "\n" << imported.yaml;
    catalogue = std::get<0>(loaded);
  }
  const catalogue::TierPrice& Price(const std::string& model, const char* tier = "standard") {
    static const catalogue::TierPrice kNone;
    const catalogue::Model* const found = catalogue->Find(model);
    const auto* const price = found ? found->PriceOf(tier) : nullptr;
    EXPECT_TRUE(price) << model << " " << tier << "\n" << imported.yaml;
    return price ? *price : kNone;
  }
  std::vector<std::string> Unsaid(const std::string& reason) {
    const auto found = imported.unsaid.find(reason);
    return found == imported.unsaid.end() ? std::vector<std::string>() : found->second.entries;
  }

  ImportedCatalogue imported;
  std::shared_ptr<const catalogue::Catalogue> catalogue;
};

TEST_F(PriceListsTest, DecimalsAreWhatTheListSays) {
  EXPECT_EQ(DecimalText(4e-07, 6), "0.4");
  EXPECT_EQ(DecimalText(1.25e-06, 6), "1.25");
  EXPECT_EQ(DecimalText(0.00014286, 6), "142.86");
  EXPECT_EQ(DecimalText(6.251e-08, 6), "0.06251");
  EXPECT_EQ(DecimalText(150, 0), "150");
  EXPECT_EQ(DecimalText(10, -3), "0.01");
  EXPECT_EQ(DecimalText(3.0000000000000004e-07, 6), "0.3");
  EXPECT_EQ(DecimalText(0.1 + 0.2, 0), "0.3");
  EXPECT_EQ(DecimalText(0, 6), "0");
  EXPECT_EQ(DecimalText(1e-18, 6), "0.000000000001");
  EXPECT_EQ(DecimalText(1e-19, 6), std::nullopt);
  EXPECT_EQ(DecimalText(-1, 0), std::nullopt);
  EXPECT_EQ(DecimalText(1e300, 0), std::nullopt);
}

TEST_F(PriceListsTest, LiteLlmsNamesSayTierLengthAndDuration) {
  Import(PriceListKind::kLiteLlm, R"({"sample_spec": {"input_cost_per_token": 1},
    "a": {"mode": "chat", "max_input_tokens": 922000, "max_output_tokens": 128000,
      "deprecation_date": "2027-01-14",
      "input_cost_per_token": 4e-06, "output_cost_per_token": 2e-05,
      "cache_read_input_token_cost": 4e-07, "cache_creation_input_token_cost": 5e-06,
      "cache_creation_input_token_cost_above_12hr": 1e-05,
      "cache_creation_input_token_cost_above_12hr_above_272k_tokens": 2e-05,
      "input_cost_per_token_above_272k_tokens": 8e-06,
      "input_cost_per_token_priority": 7e-06, "output_cost_per_token_priority": 3.5e-05,
      "input_cost_per_token_above_272k_tokens_priority": 1.4e-05,
      "input_cost_per_token_ultrafast": 7e-06, "output_cost_per_token_ultrafast": 3.5e-05,
      "cache_read_input_token_cost_flex": 2e-07,
      "input_cost_per_token_batches": 2e-06, "output_cost_per_token_batches": 1e-05,
      "input_cost_per_token_above_272k_tokens_batches": 4e-06,
      "search_context_cost_per_query": {"search_context_size_low": 0.01,
        "search_context_size_medium": 0.01, "search_context_size_high": 0.01}},
    "xai/g": {"mode": "chat", "litellm_provider": "xai", "input_cost_per_token": 1e-06,
      "output_cost_per_token": 1e-06, "input_cost_per_token_above_128k_tokens": 2e-06},
    "ft:gpt-4.1-mini": {"mode": "chat", "input_cost_per_token": 8e-07,
      "output_cost_per_token": 3.2e-06},
    "e": {"mode": "embedding", "input_cost_per_token": 2e-08},
    "i": {"mode": "image_generation", "input_cost_per_token": 5e-06,
      "output_cost_per_image_token": 4e-05},
    "q": {"mode": "chat", "tiered_pricing": [
      {"range": [0, 32000], "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
      {"range": [32000, 64000], "input_cost_per_token": 3e-06, "output_cost_per_token": 4e-06}]},
    "night": {"mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06,
      "off_peak_pricing": {"input_cost_per_token": 1e-07}},
    "maps": {"mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06,
      "google_maps_grounding_cost_per_query": 0.025},
    "free": {"mode": "chat"}})");
  const auto& a = Price("a");
  EXPECT_EQ(a.input, 4'000'000);
  EXPECT_EQ(a.cached_input, 400'000);
  EXPECT_EQ(a.cache_write, 5'000'000);
  EXPECT_EQ(a.cache_write_long, 10'000'000);
  EXPECT_EQ(a.search, 10'000'000'000);
  EXPECT_EQ(a.For(272'001).input, 8'000'000);
  EXPECT_EQ(a.For(272'001).output, 20'000'000);
  EXPECT_EQ(a.For(272'001).cache_write_long, 20'000'000);
  EXPECT_EQ(Price("a", "priority").For(272'001).input, 14'000'000);
  EXPECT_EQ(Price("a", "batch").output, 10'000'000);
  EXPECT_EQ(catalogue->Find("a")->PriceOf("flex"), nullptr) << "a cached price alone is no list";
  EXPECT_EQ(catalogue->Find("a")->PriceOf("ultrafast"), nullptr)
      << "what a long request costs there is not said";
  EXPECT_THAT(Unsaid("TIER_WITHOUT_LONG_CONTEXT"), ElementsAre("a"));
  EXPECT_EQ(catalogue->Find("a")->shutdown_date, "2027-01-14");
  EXPECT_EQ(Price("xai/g").For(127'999).input, 1'000'000);
  EXPECT_EQ(Price("xai/g").For(128'000).input, 2'000'000) << "the bound itself is above it there";
  EXPECT_EQ(Price("ft:gpt-4.1-mini:me::x").output, 3'200'000);
  EXPECT_EQ(Price("e").output, 0);
  EXPECT_EQ(Price("i").output, 40'000'000) << "all that it writes is pictures";
  EXPECT_EQ(Price("q").For(32'000).output, 2'000'000);
  EXPECT_EQ(Price("q").For(32'001).output, 4'000'000);
  EXPECT_TRUE(catalogue->Find("night")->prices.empty()) << "half of the day it would be wrong";
  EXPECT_EQ(Price("maps").input, 1'000'000);
  EXPECT_EQ(catalogue->Find("free"), nullptr);
  EXPECT_EQ(catalogue->Find("sample_spec"), nullptr);
  EXPECT_THAT(Unsaid("OFF_PEAK_HOURS"), ElementsAre("night"));
  EXPECT_THAT(Unsaid("MAPS_FEE"), ElementsAre("maps"));
  EXPECT_THAT(Unsaid("TIER_WITHOUT_INPUT_AND_OUTPUT"), ElementsAre("a"));
  EXPECT_EQ(imported.entries, 8);
  EXPECT_EQ(imported.said, 5);
  EXPECT_EQ(imported.chat, 6);
  EXPECT_EQ(imported.chat_said, 3);
}

TEST_F(PriceListsTest, GenaiPricesHasTiersDatesAndOtherNames) {
  Import(PriceListKind::kGenaiPrices, R"([{"id": "p", "models": [
    {"id": "m", "match": {"or": [{"equals": "m-2026"}, {"starts_with": "m"}]},
     "context_window": 1000,
     "prices": [{"constraint": null, "prices": {"input_mtok": 9, "output_mtok": 9}},
       {"constraint": {"start_date": "2026-06-01"}, "prices": {
         "input_mtok": {"base": 1.25, "tiers": [{"start": 200000, "price": 2.5}]},
         "output_mtok": {"base": 10, "tiers": [{"start": 200000, "price": 15}]},
         "cache_write_1h_mtok": 2, "web_searches_kcount": 35}},
       {"constraint": {"start_date": "2027-01-01"},
        "prices": {"input_mtok": 1, "output_mtok": 2}}]},
    {"id": "night", "prices": [{"constraint": {"start_time": "16:30:00Z", "end_time": "00:30:00Z"},
      "prices": {"input_mtok": 1, "output_mtok": 2}}]},
    {"id": "ear", "prices": {"audio_hours": 0.1}},
    {"id": "embed", "prices": {"input_mtok": 0.02}}]}])");
  const auto& price = Price("p/m-2026");
  EXPECT_EQ(price.For(200'000).input, 1'250'000);
  EXPECT_EQ(price.For(200'001).output, 15'000'000);
  EXPECT_EQ(price.cache_write_long, 2'000'000);
  EXPECT_EQ(price.search, 35'000'000'000);
  ASSERT_EQ(catalogue->later().size(), 1u);
  EXPECT_EQ(catalogue->later()[0].catalogue->Find("p/m")->PriceOf("standard")->output, 2'000'000);
  EXPECT_EQ(Price("p/embed").output, 0);
  EXPECT_THAT(Unsaid("OFF_PEAK_HOURS"), ElementsAre("p/night"));
  EXPECT_THAT(Unsaid("PER_SECOND"), ElementsAre("p/ear"));
  EXPECT_THAT(Unsaid("NO_PRICE_PER_TOKEN"), ElementsAre("p/ear"));
}

TEST_F(PriceListsTest, ModelsDevHasOneLongContext) {
  Import(PriceListKind::kModelsDev, R"({"p": {"models": {
    "m": {"limit": {"context": 1000000, "output": 64000}, "cost": {"input": 3, "output": 15,
      "cache_read": 0.3, "cache_write": 3.75, "context_over_200k": {"input": 6, "output": 22.5}}},
    "free": {"limit": {"context": 10}}}}})");
  EXPECT_EQ(Price("p/m").cache_write, 3'750'000);
  EXPECT_EQ(Price("p/m").For(200'001).output, 22'500'000);
  EXPECT_EQ(Price("p/m").For(200'001).cached_input, 300'000);
  EXPECT_EQ(catalogue->Find("p/m")->max_output, 64'000);
  EXPECT_EQ(imported.entries, 1);
}

TEST_F(PriceListsTest, RefusesWhatIsNoSuchList) {
  for (const char* bad : {"", "{", "[]", "3", "null"}) {
    EXPECT_FALSE(ImportPriceList(PriceListKind::kLiteLlm, bad, "r", "2026-11-30").ok()) << bad;
  }
  EXPECT_FALSE(ImportPriceList(PriceListKind::kGenaiPrices, "{}", "r", "2026-11-30").ok());
}

TEST_F(PriceListsTest, OddEntriesAreLeftOut) {
  Import(PriceListKind::kLiteLlm, R"({"a": 3, "b": {"mode": "chat", "input_cost_per_token": -1,
    "output_cost_per_token": 1}, "c": {"mode": "chat", "input_cost_per_token": 1e-19,
    "output_cost_per_token": 1e-6}, "d": {"mode": 7, "max_input_tokens": "many",
    "deprecation_date": "soon", "input_cost_per_token": "1e-6", "output_cost_per_token": 1e-6}})");
  EXPECT_THAT(Unsaid("NEGATIVE_PRICE"), ElementsAre("b"));
  EXPECT_THAT(Unsaid("FINER_THAN_12_DIGITS"), ElementsAre("c"));
  EXPECT_THAT(Unsaid("NO_PRICE_PER_TOKEN"), ElementsAre("d"));
}

}  // namespace
}  // namespace inferwire::config
