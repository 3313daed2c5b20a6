// A public list of prices laid over the catalogue, as it is published.
#include <filesystem>
#include <fstream>

#include "catalogue/catalogue.h"
#include "catalogue/ending.h"
#include "config_fixture.h"
#include "support/manual_clock.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class PriceList : public testing::Test {
 protected:
  PriceList() {
    char name[] = "/tmp/inferwire_list_XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~PriceList() override { std::filesystem::remove_all(folder_); }

  std::string File(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name) << content;
    return (folder_ / name).string();
  }
  std::string Yaml(const std::string& list, const std::string& more = "",
                   const std::string& format = "litellm") const {
    return kGood + "catalogue:\n  price_list: {file: " + File("list.json", list) +
           ", format: " + format + "}\n" + more;
  }
  static const catalogue::TierPrice& Standard(const Config& config, const char* model) {
    static const catalogue::TierPrice kNone;
    const catalogue::Model* const found = config.catalogue.content->Find(model);
    const auto* const price = found ? found->PriceOf("standard") : nullptr;
    EXPECT_TRUE(price) << model;
    return price ? *price : kNone;
  }

  std::filesystem::path folder_;
};

std::string Entry(const std::string& model, const char* input, const char* output) {
  return "\"" + model + R"(": {"litellm_provider": "openai", "mode": "chat", )" +
         R"("input_cost_per_token": )" + input + R"(, "output_cost_per_token": )" + output + "}";
}

TEST_F(PriceList, AddsModelsAndTakesThePlaceOfPrices) {
  const Config config = Parsed(Yaml("{" + Entry("gpt-4.1-mini", "5e-07", "2e-06") + "," +
                                    Entry("new-model", "1e-06", "3e-06") + "}"));
  EXPECT_EQ(Standard(config, "gpt-4.1-mini").input.RoundedUp(), 500'000);
  EXPECT_EQ(Standard(config, "new-model").output.RoundedUp(), 3'000'000);
  // What the list does not say of a model stays.
  const catalogue::Model* const mini = config.catalogue.content->Find("gpt-4.1-mini");
  EXPECT_FALSE(mini->tier_limits.empty());
  EXPECT_EQ(mini->context_window, 1'047'576);
  EXPECT_THAT(config.catalogue.content->revision(), HasSubstr("+list-"));
  EXPECT_EQ(config.catalogue.listed, 2);
  EXPECT_EQ(config.catalogue.said, 2);
}

TEST_F(PriceList, NamesThatTheCatalogueHasStayWithTheirModels) {
  const Config config =
      Parsed(Yaml("{" + Entry("gpt-4.1-mini-2025-04-14", "9e-06", "9e-06") + "}"));
  EXPECT_EQ(config.catalogue.content->Find("gpt-4.1-mini-2025-04-14")->id, "gpt-4.1-mini");
  EXPECT_EQ(Standard(config, "gpt-4.1-mini-2025-04-14").input.RoundedUp(), 400'000);
}

TEST_F(PriceList, TheOverlayIsLaidOverIt) {
  const std::string overlay = File("own.yaml",
                                   "revision: own\nmodels:\n  - id: new-model\n    prices:\n"
                                   "      standard: {input: 7, output: 8}\n");
  const Config config = Parsed(
      Yaml("{" + Entry("new-model", "1e-06", "3e-06") + "}", "  overlay: " + overlay + "\n"));
  EXPECT_EQ(Standard(config, "new-model").input.RoundedUp(), 7'000'000);
  EXPECT_THAT(config.catalogue.content->revision(),
              AllOf(HasSubstr("+list-"), testing::EndsWith("+own")));
}

TEST_F(PriceList, AnotherContentIsAnotherRevisionAndAnotherConfiguration) {
  const Config one = Parsed(Yaml("{" + Entry("m", "1e-06", "3e-06") + "}"));
  const Config same = Parsed(Yaml("{" + Entry("m", "1e-06", "3e-06") + "}"));
  const Config other = Parsed(Yaml("{" + Entry("m", "2e-06", "3e-06") + "}"));
  EXPECT_EQ(one.catalogue.content->revision(), same.catalogue.content->revision());
  EXPECT_NE(one.catalogue.content->revision(), other.catalogue.content->revision());
  EXPECT_NE(Fingerprint(one), Fingerprint(other));
}

TEST_F(PriceList, PricesOfOtherTimesAreThoseOfTheirTime) {
  const std::string list = R"([{"id": "openai", "name": "OpenAI", "api_pattern": "x", "models": [
      {"id": "dated", "match": {"equals": "dated"}, "prices": [
        {"prices": {"input_mtok": 5, "output_mtok": 10}},
        {"constraint": {"start_date": "2026-06-01"},
         "prices": {"input_mtok": 2, "output_mtok": 4}}]}]}])";
  const Config config = Parsed(Yaml(list, "", "genai-prices"));
  ManualClock clock;
  const catalogue::Snapshot snapshot(config.catalogue.content, &clock);
  for (const auto& [day, price] : {std::pair{"2026-05-31", 5'000'000}, {"2026-06-01", 2'000'000}}) {
    clock.Advance(*catalogue::BeginningOf(day) - clock.WallNow());
    const auto there = snapshot.Load();
    EXPECT_EQ(there->Find("openai/dated")->PriceOf("standard")->input.RoundedUp(), price) << day;
  }
}

TEST_F(PriceList, WhatIsNoListIsAFaultThatNamesTheFile) {
  for (const char* bad : {"", "[]]", "<html>", "7", "{}", R"({"m": {"mode": "chat"}})"}) {
    EXPECT_THAT(FaultsOf(Yaml(bad)), ElementsAre(AllOf(StartsWith("catalogue.price_list.file"),
                                                       HasSubstr("list.json: "))))
        << bad;
  }
  EXPECT_THAT(FaultsOf(kGood + "catalogue: {price_list: {file: /nowhere/list.json}}\n"),
              ElementsAre(HasSubstr("/nowhere/list.json")));
  EXPECT_THAT(FaultsOf(kGood + "catalogue: {price_list: {format: litellm}}\n"),
              ElementsAre(AllOf(HasSubstr("price_list"), HasSubstr("is missing"))));
}

}  // namespace
}  // namespace inferwire::config
