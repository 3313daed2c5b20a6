// The list of known models is made once for each change, and again when something has changed.
#include "upstream/known_models.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "upstream/known_models_maker.h"
#include "upstream/router.h"

namespace inferwire::upstream {
namespace {

class KnownModelsTest : public ::testing::Test {
 protected:
  KnownModelsTest() {
    UpstreamOptions options;
    options.name = "openai";
    options.base_url = "http://upstream/v1";
    options.listing = listing;
    router.Add(std::make_unique<const Upstream>(std::move(options), KeyPool(), metrics), {"mini"},
               {{"fast", "mini"}}, false);
    router.TakeModelInfoFrom(snapshot);
  }

  static std::shared_ptr<const catalogue::Catalogue> CatalogueWith(const std::string& id) {
    catalogue::Model model;
    model.id = id;
    return std::make_shared<const catalogue::Catalogue>(id, std::vector{model});
  }
  void Lists(const std::string& name) {
    openai::ModelList list;
    list.models[name];
    listing->Store({std::move(list), WallTime(std::chrono::seconds(1))});
  }

  ManualClock clock;
  telemetry::Metrics metrics;
  std::shared_ptr<Listing> listing = std::make_shared<Listing>();
  catalogue::Snapshot snapshot{CatalogueWith("large"), &clock};
  Router router;
};

TEST_F(KnownModelsTest, AreTheSameListUntilSomethingChanges) {
  const auto first = router.Known();
  EXPECT_EQ(first->models.size(), 2u);
  EXPECT_EQ(router.Known(), first);
}

TEST_F(KnownModelsTest, OfANewListAreThereAtOnce) {
  const auto before = router.Known();
  EXPECT_EQ(before->Find("listed", router), nullptr);
  Lists("listed");
  const auto after = router.Known();
  ASSERT_NE(after->Find("listed", router), nullptr);
  EXPECT_TRUE(after->Find("listed", router)->discovered);
  EXPECT_EQ(before->Find("listed", router), nullptr) << "a list in hand does not change";
  Lists("another");
  EXPECT_EQ(router.Known()->Find("listed", router), nullptr);
}

TEST_F(KnownModelsTest, OfANewCatalogueAreThereAtOnce) {
  ASSERT_NE(router.Known()->Find("large", router), nullptr);
  snapshot.Replace(CatalogueWith("larger"));
  const auto known = router.Known();
  EXPECT_EQ(known->Find("large", router), nullptr);
  ASSERT_NE(known->Find("larger", router), nullptr);
  EXPECT_EQ(known->catalogue->revision(), "larger");
}

TEST_F(KnownModelsTest, AreLookedAtAgainEachMinuteBecauseModelsEnd) {
  const auto first = router.Known();
  clock.Advance(std::chrono::minutes(1));
  EXPECT_NE(router.Known(), first);
}

TEST_F(KnownModelsTest, AreMadeAPieceAtATime) {
  Lists("listed");
  const auto whole = router.Known();
  KnownModelsMaker maker(router);
  std::shared_ptr<const KnownModels> pieces;
  int steps = 0;
  while (!pieces) pieces = maker.Step(1), ++steps;
  EXPECT_GT(steps, 3);
  EXPECT_EQ(pieces->version, whole->version);
  ASSERT_EQ(pieces->models.size(), whole->models.size());
  for (size_t i = 0; i < whole->models.size(); ++i) {
    EXPECT_EQ(pieces->models[i].id, whole->models[i].id);
    EXPECT_EQ(pieces->models[i].upstream, whole->models[i].upstream);
    EXPECT_EQ(pieces->models[i].listings.size(), whole->models[i].listings.size());
  }
}

TEST_F(KnownModelsTest, WhatChangesWhileTheyAreMadeIsInTheNextList) {
  KnownModelsMaker maker(router);
  EXPECT_EQ(maker.Step(1), nullptr);
  Lists("listed");
  const auto made = maker.Step(1000);
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->Find("listed", router), nullptr);
  router.known_models().Keep(made);
  EXPECT_EQ(router.known_models().Find(router), nullptr) << "it is out of date";
  EXPECT_NE(router.Known()->Find("listed", router), nullptr);
  EXPECT_NE(router.known_models().Find(router), nullptr);
}

TEST_F(KnownModelsTest, AreFoundByIdAndAlias) {
  const auto known = router.Known();
  ASSERT_NE(known->Find("fast", router), nullptr);
  EXPECT_EQ(known->Find("fast", router), known->Find("mini", router));
  EXPECT_EQ(known->Find("m", router), nullptr);
  EXPECT_EQ(known->Find("", router), nullptr);
}

}  // namespace
}  // namespace inferwire::upstream
