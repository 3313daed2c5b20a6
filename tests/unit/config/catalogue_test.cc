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
  EXPECT_THAT(ModelFaults("tokenizer: guess"), ElementsAre(HasSubstr("must be o200k_base or cl")));
  EXPECT_THAT(ModelFaults("tier_limits: [{rpm: 3}]"),
              ElementsAre(HasSubstr("models[0].tier_limits[0].tier (line 4): is missing")));
  EXPECT_THAT(ModelFaults("snapshot: x"), ElementsAre(HasSubstr("did you mean snapshots?")));
  EXPECT_THAT(ModelFaults("{context_window: 5, max_output: 6}"), Contains(HasSubstr("YAML")));
  EXPECT_THAT(ModelFaults("context_window: 5\n    max_output: 6"),
              ElementsAre(HasSubstr("max_output (line 5): is more than context_window")));
  EXPECT_THAT(ModelFaults("aliases: [m]"),
              ElementsAre(HasSubstr("models[0].aliases[0] (line 4): is the name of another")));
}

TEST(CatalogueFile, SaysHowLongAModelIsThere) {
  const auto loaded = ParseCatalogue(
      "revision: r\nmodels:\n"
      "  - {id: m, shutdown_date: 2027-01-14, replacement: n, deprecated: false,"
      " offers: [{upstream: own, shutdown_date: none}]}\n"
      "  - {id: o, deprecated: true}\n",
      "f", false);
  ASSERT_EQ(loaded.index(), 0u);
  const auto& catalogue = *std::get<0>(loaded);
  const catalogue::Model& model = *catalogue.Find("m");
  EXPECT_TRUE(model.ends);
  EXPECT_EQ(model.replacement, "n");
  EXPECT_EQ(model.deprecated, false);
  EXPECT_FALSE(catalogue.At(model, "own").ends);
  EXPECT_EQ(catalogue.Find("o")->deprecated, true);
  EXPECT_THAT(ModelFaults("shutdown_date: soon"),
              ElementsAre(HasSubstr("models[0].shutdown_date (line 4): must be a date")));
  EXPECT_THAT(ModelFaults("deprecated: perhaps"),
              ElementsAre(HasSubstr("models[0].deprecated (line 4)")));
  EXPECT_THAT(ModelFaults("replacement: \"*\""),
              ElementsAre(HasSubstr("models[0].replacement (line 4): must be a model's name")));
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
  EXPECT_EQ(ParsePrice("0.0650004"), catalogue::Rate(65'000, 400'000));
  EXPECT_EQ(ParsePrice("0.000000000001"), catalogue::Rate(0, 1));
  EXPECT_EQ(ParseFee("0.01"), 10'000'000'000);
  EXPECT_EQ(ParseFee("1000.5"), std::nullopt);
  for (const char* bad : {"", ".", "1.", ".5", "-1", "0.0000000000001", "1e3", "1,5", "0x1", " 1",
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

std::shared_ptr<const catalogue::Catalogue> Read(const std::string& yaml) {
  const auto loaded = ParseCatalogue(yaml, "f", false);
  return loaded.index() == 0 ? std::get<0>(loaded) : nullptr;
}

TEST(CatalogueFile, HasPricesByLengthKindAndTime) {
  const auto catalogue = Read(
      "revision: r\nmodels:\n  - id: m\n    patterns: ['ft:m:*']\n"
      "    shutdown_date: 2026-12-11\n    replacement: n\n    prices:\n"
      "      standard: {input: 5, cached_input: 0.5, output: 30, audio_input: 40, search: 0.01,"
      " above: [{input_tokens: 272000, input: 10, output: 45}]}\n"
      "    later_prices: [{from: 2027-01-01, prices: {standard: {input: 4, output: 20}}}]\n"
      "    offers: [{upstream: eu, price_factor: 1.1}]\n");
  ASSERT_TRUE(catalogue);
  const catalogue::Model& model = *catalogue->Find("ft:m:mine");
  EXPECT_EQ(model.shutdown_date, "2026-12-11");
  EXPECT_EQ(model.replacement, "n");
  const catalogue::TierPrice& list = *model.PriceOf("standard");
  EXPECT_EQ(list.search, 10'000'000'000);
  EXPECT_EQ(&list.For(272'000), &list);
  const catalogue::TierPrice& longer = list.For(272'001);
  EXPECT_EQ(longer.input, 10'000'000);
  EXPECT_EQ(longer.cached_input, 500'000) << "as in the list that it is in";
  EXPECT_EQ(longer.audio_input, 40'000'000);
  const auto& there = catalogue->At(model, "eu");
  EXPECT_EQ(there.PriceOf("standard")->For(272'001).output, 49'500'000);
  EXPECT_EQ(there.PriceOf("standard")->search, 11'000'000'000);
  ASSERT_EQ(catalogue->later().size(), 1u);
  const auto& then = *catalogue->later()[0].catalogue;
  EXPECT_EQ(then.Find("m")->PriceOf("standard")->input, 4'000'000);
  EXPECT_FALSE(then.Find("m")->PriceOf("standard")->search) << "the prices change as a whole";
  EXPECT_EQ(then.At(*then.Find("m"), "eu").PriceOf("standard")->output, 22'000'000);
}

TEST(CatalogueFile, NamesEachFaultOfAPrice) {
  const std::string list = "prices: {standard: {input: 1, output: 2, above: [";
  EXPECT_THAT(ModelFaults(list + "{input: 3}]}}"),
              ElementsAre(HasSubstr("standard.above[0].input_tokens (line 4): is missing")));
  EXPECT_THAT(ModelFaults(list + "{input_tokens: 9}, {input_tokens: 9}]}}"),
              ElementsAre(HasSubstr("above[1].input_tokens (line 4): must be more than in the")));
  EXPECT_THAT(ModelFaults("prices: {standard: {input: 1, output: 2, search: 2000}}"),
              ElementsAre(HasSubstr("standard.search (line 4): must be USD from 0 to 1000")));
  EXPECT_THAT(ModelFaults("prices: {standard: {input: 1, output: 2, searches: 2}}"),
              ElementsAre(HasSubstr("did you mean search?")));
  EXPECT_THAT(
      ModelFaults("later_prices: [{from: soon, prices: {standard: {input: 1, output: 2}}}]"),
      ElementsAre(HasSubstr("later_prices[0].from (line 4): must be a moment")));
  EXPECT_THAT(ModelFaults("later_prices: [{from: 2027-01-01}]"),
              ElementsAre(HasSubstr("later_prices[0].prices (line 4): is missing")));
  EXPECT_THAT(ModelFaults("patterns: ['a*b*']"), ElementsAre(HasSubstr("must have one '*'")));
  EXPECT_THAT(ModelFaults("patterns: ['*']"), ElementsAre(HasSubstr("must be more than '*'")));
  EXPECT_THAT(ModelFaults("shutdown_date: soon"), ElementsAre(HasSubstr("must be a date")));
  EXPECT_THAT(ModelFaults("offers: [{upstream: a, price_factor: 0}]"),
              ElementsAre(HasSubstr("offers[0].price_factor (line 4): must be a number from")));
  EXPECT_THAT(
      ModelFaults("prices: {standard: {input: 0.000000000001, output: 2}}\n"
                  "    offers: [{upstream: a, price_factor: 1.1}]"),
      ElementsAre(HasSubstr("models[0].offers (line 5): of a: price_factor makes a price")));
}

TEST(CatalogueFile, AnOverlayAddsModelsAndChangesWhatItNames) {
  const auto base = Read(
      "revision: b\nmodels:\n"
      "  - {id: m, context_window: 10, features: {streaming: true, reasoning: false},"
      " prices: {standard: {input: 1, output: 2}, batch: {input: 1, output: 1}}}\n"
      "  - {id: untouched, aliases: [u], prices: {standard: {input: 3, output: 4}}}\n");
  ASSERT_TRUE(base);
  const auto loaded = ParseOverlay(
      "revision: o\nmodels:\n"
      "  - {id: m, features: {reasoning: true}, prices: {standard: {input: 5, output: 6}}}\n"
      "  - {id: new, context_window: 7}\n",
      "own", *base);
  ASSERT_EQ(loaded.index(), 0u);
  const catalogue::Catalogue& both = *std::get<0>(loaded);
  EXPECT_EQ(both.revision(), "b+o");
  EXPECT_EQ(both.models().size(), 3u);
  const catalogue::Model& model = *both.Find("m");
  EXPECT_EQ(model.context_window, 10);
  EXPECT_TRUE(model.features.at("streaming"));
  EXPECT_TRUE(model.features.at("reasoning"));
  EXPECT_EQ(model.lacks, 0u) << "it does not lack any more what it lacked";
  EXPECT_EQ(model.PriceOf("standard")->input, 5'000'000);
  EXPECT_EQ(model.PriceOf("batch"), nullptr) << "prices change as a whole";
  EXPECT_EQ(both.Find("u")->PriceOf("standard")->output, 4'000'000);
  EXPECT_EQ(both.Find("new")->context_window, 7);
  const auto faults =
      std::get<1>(ParseOverlay("revision: o\nmodels:\n  - {id: x, aliases: [u]}\n", "own", *base));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(ToText(faults[0]), HasSubstr("is the name of another model"));
  EXPECT_EQ(ParseOverlay("revision: o\nmodels: [{id: x}, {id: x}]\n", "own", *base).index(), 1u);
}

TEST(CatalogueFile, IsLaidOverTheBuiltInOne) {
  const std::string path = testing::TempDir() + "/overlay.yaml";
  std::ofstream(path) << "revision: own\nmodels: [{id: m, aliases: [n]}]\n";
  const Config config = Parsed(kGood + "catalogue: {overlay: " + path + "}\n");
  EXPECT_NE(config.catalogue.content->Find("gpt-5"), nullptr);
  EXPECT_NE(config.catalogue.content->Find("n"), nullptr);
  EXPECT_NE(config.catalogue.digest, "");
  std::ofstream(path) << "revision: own\nmodels: [{id: m, max_output: many}]\n";
  EXPECT_THAT(
      FaultsOf(kGood + "catalogue: {overlay: " + path + "}\n"),
      ElementsAre(HasSubstr("catalogue.overlay (line 5): " + path + ": models[0].max_output")));
}

TEST(CatalogueFile, AChangedPriceNeedsAnotherRevision) {
  const auto with = [](const std::string& revision, const std::string& price,
                       const std::string& more) {
    return Read("revision: " + revision + "\nmodels:\n  - id: m\n    prices: {standard: {input: " +
                price + ", output: 2}}\n" + more);
  };
  const auto before = with("r", "1", "");
  EXPECT_TRUE(UnmarkedChanges(*before, *with("r", "1.0", "    max_output: 5\n")).empty());
  EXPECT_TRUE(UnmarkedChanges(*before, *with("s", "3", "")).empty());
  EXPECT_THAT(UnmarkedChanges(*before, *with("r", "3", "")),
              ElementsAre(HasSubstr("the prices of m have changed under the revision r")));
  EXPECT_THAT(
      UnmarkedChanges(*before, *with("r", "1", "    offers: [{upstream: a, price_factor: 2}]\n")),
      ElementsAre(HasSubstr("the prices of m at a")));
  EXPECT_THAT(UnmarkedChanges(*before, *with("r", "1",
                                             "    later_prices: [{from: 2027-01-01, prices:"
                                             " {standard: {input: 1, output: 1}}}]\n")),
              ElementsAre(HasSubstr("the prices of m have")));
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
