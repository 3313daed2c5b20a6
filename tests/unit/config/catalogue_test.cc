// The catalogue's file: what it may hold, and that each fault is named with its place.
#include "config/catalogue.h"

#include <fstream>

#include "config/catalogue_facts.h"
#include "config_fixture.h"

namespace inferwire::config {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> CatalogueFaults(const std::string& yaml) {
  const auto loaded = ParseCatalogue(yaml, "models.yaml", false);
  std::vector<std::string> texts;
  if (const auto* faults = std::get_if<1>(&loaded)) {
    for (const ConfigFault& fault : *faults) texts.push_back(ToText(fault));
  }
  return texts;
}

std::vector<std::string> ModelFaults(const std::string& member) {
  return CatalogueFaults("revision: r\nmodels:\n  - id: m\n    " + member + "\n");
}

TEST(CatalogueFile, BuiltInOneIsTheFileInTheTree) {
  std::ifstream file(std::string(INFERWIRE_SOURCE_DIR) + "/service/catalogue/models.yaml");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(text.empty());
  EXPECT_THAT(CatalogueFaults(text), testing::IsEmpty());
  const auto built_in = BuiltInCatalogue(false);
  const auto parsed = std::get<0>(ParseCatalogue(text, "models.yaml", false));
  EXPECT_EQ(built_in->revision(), parsed->revision());
  EXPECT_EQ(built_in->models().size(), parsed->models().size());
}

TEST(CatalogueFile, HasThePublishedFacts) {
  const auto catalogue = BuiltInCatalogue(false);
  const auto& mini = *catalogue->Find("gpt-4.1-mini");
  EXPECT_EQ(mini.context_window, 1'047'576);
  EXPECT_EQ(mini.max_output, 32'768);
  EXPECT_EQ(mini.knowledge_cutoff, "2024-06-01");
  EXPECT_THAT(mini.snapshots, ElementsAre("gpt-4.1-mini-2025-04-14"));
  ASSERT_EQ(mini.tier_limits.size(), 6u);
  EXPECT_EQ(mini.tier_limits[0].requests_per_day, 200);
  EXPECT_EQ(mini.tier_limits[0].batch_queue_tokens, std::nullopt);
  EXPECT_EQ(mini.tier_limits[1].batch_queue_tokens, 2'000'000);
  EXPECT_EQ(mini.tier_limits[5].tokens_per_minute, 150'000'000);
  EXPECT_EQ(mini.tier_limits[5].batch_queue_tokens, 15'000'000'000);
  const auto& big = *catalogue->Find("gpt-4.1");
  EXPECT_EQ(big.context_window, 1'047'576);
  EXPECT_EQ(big.tier_limits[0].tokens_per_minute, 30'000);
  const auto& five = *catalogue->Find("gpt-5");
  EXPECT_EQ(five.context_window, 400'000);
  EXPECT_EQ(five.max_output, 128'000);
  EXPECT_EQ(five.knowledge_cutoff, "2024-09-30");
  EXPECT_EQ(five.PriceOf("standard")->cached_input, 125'000);
  EXPECT_EQ(five.tier_limits[4].tokens_per_minute, 40'000'000);
}

TEST(CatalogueFile, MayHaveNoModels) {
  const auto loaded = ParseCatalogue("revision: r\nmodels: []\n", "f", true);
  ASSERT_EQ(loaded.index(), 0u);
  EXPECT_TRUE(std::get<0>(loaded)->models().empty());
  EXPECT_TRUE(std::get<0>(loaded)->strict());
}

TEST(CatalogueFile, NamesEachFaultWithItsPlace) {
  EXPECT_THAT(CatalogueFaults("models: []\n"), Contains(HasSubstr("revision: is missing")));
  EXPECT_THAT(CatalogueFaults("revision: r\n"), Contains(HasSubstr("models: is missing")));
  EXPECT_THAT(ModelFaults("prices: {standard: {input: 1}}"),
              ElementsAre("models[0].prices.standard.output (line 4): is missing"));
  EXPECT_THAT(ModelFaults("prices: {standard: {input: cheap, output: 1}}"),
              ElementsAre(HasSubstr("models[0].prices.standard.input (line 4): must be USD")));
  EXPECT_THAT(ModelFaults("context_window: 0"),
              ElementsAre(HasSubstr("models[0].context_window (line 4): must be a whole number")));
  EXPECT_THAT(ModelFaults("knowledge_cutoff: 2024-02-30"),
              ElementsAre(HasSubstr("models[0].knowledge_cutoff (line 4): must be a date")));
  EXPECT_THAT(ModelFaults("features: {streaming: perhaps}"),
              ElementsAre(HasSubstr("models[0].features.streaming (line 4): must be true or")));
  EXPECT_THAT(ModelFaults("tokenizer: guess"), ElementsAre(HasSubstr("must be o200k_base")));
  EXPECT_THAT(ModelFaults("tier_limits: [{rpm: 3}]"),
              ElementsAre(HasSubstr("models[0].tier_limits[0].tier (line 4): is missing")));
  EXPECT_THAT(ModelFaults("snapshot: x"), ElementsAre(HasSubstr("did you mean snapshots?")));
  EXPECT_THAT(ModelFaults("{context_window: 5, max_output: 6}"), Contains(HasSubstr("YAML")));
  EXPECT_THAT(ModelFaults("context_window: 5\n    max_output: 6"),
              ElementsAre(HasSubstr("max_output (line 5): is more than context_window")));
  EXPECT_THAT(ModelFaults("aliases: [m]"),
              ElementsAre(HasSubstr("models[0].aliases[0] (line 4): is the name of another")));
}

TEST(CatalogueFile, HasWhatUpstreamsOffer) {
  const auto loaded = ParseCatalogue(
      "revision: r\nmodels:\n  - id: m\n    context_window: 1000\n    offers:\n"
      "      - {upstream: vllm, context_window: 500, features: {reasoning: false},"
      " prices: {standard: {input: 0.1, output: 0.2}}}\n",
      "f", false);
  ASSERT_EQ(loaded.index(), 0u);
  const auto& catalogue = *std::get<0>(loaded);
  const catalogue::Model& there = catalogue.At(*catalogue.Find("m"), "vllm");
  EXPECT_EQ(there.context_window, 500);
  EXPECT_EQ(there.lacks, catalogue::kReasoning);
  EXPECT_EQ(there.PriceOf("standard")->output, 200'000);
}

TEST(CatalogueFile, NamesEachFaultOfAnOffer) {
  EXPECT_THAT(ModelFaults("offers: [{context_window: 5}]"),
              ElementsAre("models[0].offers[0].upstream (line 4): is missing"));
  EXPECT_THAT(ModelFaults("offers: [{upstream: a b}]"),
              ElementsAre(HasSubstr("must be an upstream's name")));
  EXPECT_THAT(ModelFaults("offers: [{upstream: a}, {upstream: a}]"),
              ElementsAre(HasSubstr("offers[1].upstream (line 4): has an offer already")));
  EXPECT_THAT(ModelFaults("offers: [{upstream: a, windows: 5}]"),
              ElementsAre(HasSubstr("models[0].offers[0].windows (line 4)")));
  EXPECT_THAT(ModelFaults("offers: [{upstream: a, context_window: 5, max_output: 6}]"),
              Contains(HasSubstr("offers[0].max_output (line 4): is more than context_window")));
  EXPECT_THAT(ModelFaults("context_window: 5\n    offers: [{upstream: a, max_output: 6}]"),
              ElementsAre(HasSubstr("models[0].offers (line 5): says that a writes more")));
}

TEST(CatalogueFile, AnOfferOfNoUpstreamOfTheGatewayIsAWarning) {
  const std::string file = testing::TempDir() + "offers.yaml";
  std::ofstream(file) << "revision: r\nmodels:\n  - id: m\n    offers:\n"
                         "      - {upstream: simm, context_window: 500}\n"
                         "      - {upstream: sim, context_window: 500}\n"
                         "      - {upstream: elsewhere, context_window: 500}\n";
  std::vector<std::string> warnings;
  for (const auto& warning : Parsed(kGood + "catalogue: {file: " + file + "}\n").warnings) {
    warnings.push_back(ToText(warning));
  }
  EXPECT_THAT(
      warnings,
      ElementsAre(HasSubstr("m has an offer of simm, which is the name of no upstream; did "
                            "you mean sim?"),
                  HasSubstr("m has an offer of elsewhere, which is the name of no upstream")));
}

TEST(CatalogueFile, ReportsAllFaultsAtOnce) {
  EXPECT_EQ(
      CatalogueFaults("models:\n  - aliases: ['']\n    max_output: -1\n    other: 1\n").size(), 5u);
}

TEST(CatalogueFile, PricesAreExactOrNone) {
  EXPECT_EQ(ParsePrice("0.40"), 400'000);
  EXPECT_EQ(ParsePrice("10"), 10'000'000);
  EXPECT_EQ(ParsePrice("0.000001"), 1);
  EXPECT_EQ(ParsePrice("0.0650000000"), 65'000);
  EXPECT_EQ(ParsePrice("1000000"), 1'000'000'000'000);
  for (const char* bad : {"", ".", "1.", ".5", "-1", "0.0000001", "1e3", "1,5", "0x1", " 1",
                          "1000000.1", "99999999999999999999"}) {
    EXPECT_EQ(ParsePrice(bad), std::nullopt) << bad;
  }
}

TEST(CatalogueFile, FaultsOfIt_AreFaultsOfTheConfiguration) {
  const std::string path = testing::TempDir() + "/broken_models.yaml";
  std::ofstream(path) << "revision: r\nmodels:\n  - id: m\n    max_output: many\n";
  const auto faults = FaultsOf(kGood + "catalogue: {file: " + path + "}\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(faults[0], HasSubstr("catalogue.file (line 5): " + path +
                                   ": models[0].max_output (line 4): must be a whole number"));
  EXPECT_THAT(FaultsOf(kGood + "catalogue: {file: /no/such/file}\n"),
              ElementsAre(HasSubstr("catalogue.file (line 5): /no/such/file:")));
}

TEST(CatalogueFile, ReplacesTheBuiltInOne) {
  const std::string path = testing::TempDir() + "/own_models.yaml";
  std::ofstream(path) << "revision: own\nmodels: [{id: m}]\n";
  const Config config = Parsed(kGood + "catalogue: {file: " + path + ", strict: true}\n");
  ASSERT_TRUE(config.catalogue.content);
  EXPECT_EQ(config.catalogue.content->revision(), "own");
  EXPECT_TRUE(config.catalogue.content->strict());
  EXPECT_EQ(config.catalogue.content->Find("gpt-5"), nullptr);
  EXPECT_NE(Parsed(kGood).catalogue.content->Find("gpt-5"), nullptr);
}

}  // namespace
}  // namespace inferwire::config
