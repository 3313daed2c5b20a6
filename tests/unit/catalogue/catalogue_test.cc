// Names, and the swap of a whole catalogue while others use it.
#include "catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace inferwire::catalogue {
namespace {

Model Named(const std::string& id) {
  Model model;
  model.id = id;
  model.aliases = {id + "-alias"};
  model.snapshots = {id + "-new", id + "-old"};
  return model;
}

TEST(Catalogue, FindsAModelByEachOfItsNames) {
  const Catalogue catalogue("1", {Named("a"), Named("b")});
  for (const char* name : {"b", "b-alias", "b-new", "b-old"}) {
    ASSERT_NE(catalogue.Find(name), nullptr) << name;
    EXPECT_EQ(catalogue.Find(name)->id, "b");
  }
  EXPECT_EQ(catalogue.Find("c"), nullptr);
  EXPECT_EQ(catalogue.Find(""), nullptr);
}

TEST(Catalogue, ResolvesNamesToSnapshots) {
  const Catalogue catalogue("1", {Named("a")});
  const Model& model = *catalogue.Find("a");
  EXPECT_EQ(Catalogue::SnapshotOf(model, "a"), "a-new");
  EXPECT_EQ(Catalogue::SnapshotOf(model, "a-alias"), "a-new");
  EXPECT_EQ(Catalogue::SnapshotOf(model, "a-old"), "a-old");
  EXPECT_EQ(Catalogue::SnapshotOf(Model(), "x"), "");
}

Offer OfferOf(const std::string& upstream) {
  Offer offer;
  offer.upstream = upstream;
  return offer;
}

TEST(Catalogue, LaysAnUpstreamsOfferOverTheModel) {
  Model model = Named("a");
  model.context_window = 100'000;
  model.max_output = 50'000;
  model.features = {{"streaming", true}, {"function_calling", true}};
  model.input_modalities = {"text", "image"};
  model.prices = {{"standard", 10, {}, 20}, {"batch", 5, {}, 10}};
  model.offers = {OfferOf("small"), OfferOf("cheap")};
  model.offers[0].context_window = 8'000;
  model.offers[0].features = {{"function_calling", false}};
  model.offers[0].input_modalities = {"text"};
  model.offers[1].prices = {{"standard", 1, {}, 2}};
  const Catalogue catalogue("1", {model});

  const Model& everywhere = *catalogue.Find("a-alias");
  const Model& small = catalogue.At(everywhere, "small");
  EXPECT_EQ(small.id, "a");
  EXPECT_EQ(small.revision, "1");
  EXPECT_EQ(small.context_window, 8'000);
  EXPECT_EQ(small.max_output, 8'000) << "nobody writes more than fits";
  EXPECT_EQ(small.lacks, kFunctionCalling | kImageInput | kAudioInput);
  EXPECT_EQ(small.PriceOf("batch")->input, 5);

  const Model& cheap = catalogue.At(everywhere, "cheap");
  EXPECT_EQ(cheap.context_window, 100'000);
  EXPECT_EQ(cheap.lacks, everywhere.lacks);
  EXPECT_EQ(cheap.PriceOf("standard")->output, 2);
  EXPECT_EQ(cheap.PriceOf("batch"), nullptr) << "another seller's price";

  EXPECT_EQ(&catalogue.At(everywhere, "other"), &everywhere);
  EXPECT_EQ(&catalogue.At(small, "cheap"), &small) << "laid over once";
}

TEST(Catalogue, FindsByThePatternThatSaysMost) {
  std::vector<Model> models{Named("plain"), Named("tuned"), Named("ft:own:a")};
  models[0].patterns = {"ft:*"};
  models[1].patterns = {"ft:gpt:*", "x-*-y"};
  const Catalogue catalogue("r", models);
  EXPECT_EQ(catalogue.Find("ft:other")->id, "plain");
  EXPECT_EQ(catalogue.Find("ft:gpt:me")->id, "tuned");
  EXPECT_EQ(catalogue.Find("ft:own:a")->id, "ft:own:a") << "a name is before every pattern";
  EXPECT_EQ(catalogue.Find("x-1-y")->id, "tuned");
  EXPECT_EQ(catalogue.Find("x--y"), nullptr) << "the star stands for something";
  EXPECT_EQ(catalogue.Find("ft:"), nullptr);
}

struct MovedClock : Clock {
  SteadyTime Now() const override { return {}; }
  WallTime WallNow() const override { return now; }
  WallTime now;
};

TEST(Snapshot, PutsLaterPricesInForceWhenTheirTimeComes) {
  const WallTime first(std::chrono::hours(100)), second(std::chrono::hours(200));
  Model model = Named("a");
  model.prices = {{"standard", 10, {}, 20}};
  model.later_prices = {{first, {{"standard", 11, {}, 21}}}, {second, {{"standard", 12, {}, 22}}}};
  model.offers.resize(1);
  model.offers[0].upstream = "cheap";
  model.offers[0].price_factor = 500'000;
  Model other = Named("b");
  other.prices = {{"standard", 7, {}, 7}};
  MovedClock clock;
  const Snapshot snapshot(std::make_shared<const Catalogue>("1", std::vector<Model>{model, other}),
                          &clock);
  const auto input = [&](WallTime now, std::string_view upstream) {
    clock.now = now;
    const auto catalogue = snapshot.Load();
    EXPECT_EQ(catalogue->Find("b")->PriceOf("standard")->input, 7);
    EXPECT_EQ(catalogue->Find("a")->revision, "1");
    return catalogue->At(*catalogue->Find("a"), upstream).PriceOf("standard")->input;
  };
  const auto just = std::chrono::nanoseconds(1);
  EXPECT_EQ(input(first - just, ""), 10);
  EXPECT_EQ(input(first, ""), 11);
  EXPECT_EQ(input(first, "cheap"), Rate(5, 500'000));
  EXPECT_EQ(input(second - just, ""), 11);
  EXPECT_EQ(input(second, ""), 12);
  EXPECT_EQ(input(second + std::chrono::hours(9999), "cheap"), 6);
}

TEST(Snapshot, LetsRunningCallsEndWithTheFactsTheyBeganWith) {
  Snapshot snapshot(std::make_shared<const Catalogue>("1", std::vector<Model>{Named("a")}));
  auto before = snapshot.Load();
  const Model* const a = before->Find("a");
  const ModelRef model(std::move(before), a);
  snapshot.Replace(std::make_shared<const Catalogue>("2", std::vector<Model>{Named("b")}));
  EXPECT_EQ(model->id, "a");
  EXPECT_EQ(model->revision, "1");
  EXPECT_EQ(snapshot.Load()->revision(), "2");
  EXPECT_EQ(snapshot.Load()->Find("a"), nullptr);
}

TEST(Snapshot, IsReadWhileItIsReplaced) {
  Snapshot snapshot(std::make_shared<const Catalogue>("0", std::vector<Model>{Named("a")}));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto now = snapshot.Load();
        const Model* const model = now->Find("a");
        if (!model || model->revision != now->revision()) ++wrong;
      }
    });
  }
  for (int i = 1; i <= 1000; ++i) {
    snapshot.Replace(
        std::make_shared<const Catalogue>(std::to_string(i), std::vector<Model>{Named("a")}));
  }
  stop = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(snapshot.Load()->revision(), "1000");
}

}  // namespace
}  // namespace inferwire::catalogue
