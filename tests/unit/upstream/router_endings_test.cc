// Where calls for models that have ended go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/ending.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "upstream/listing.h"
#include "upstream/router.h"
#include "upstream/targets.h"
#include "upstream/upstream_key.h"

namespace inferwire::upstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RouterEndings : public ::testing::Test {
 protected:
  RouterEndings() {
    router_.TakeModelInfoFrom(models_);
    router_.Add(Named("openai"), {"old", "new", "other"}, {{"fast", "old"}}, true);
    router_.Add(Named("own"), {"old"}, {}, false);
    Advance("2027-01-14");
  }
  std::unique_ptr<const Upstream> Named(const std::string& name) {
    UpstreamOptions options;
    options.name = name;
    options.base_url = "http://" + name + "/v1";
    options.listing = listings_.Of(name, options.base_url);
    return std::make_unique<const Upstream>(std::move(options), std::shared_ptr<UpstreamKey>(),
                                            metrics_);
  }
  static std::vector<catalogue::Model> Models() {
    catalogue::Model old, next;
    old.id = "old";
    old.shutdown_date = "2027-01-14";
    old.replacement = "new";
    next.id = "new";
    return {old, next};
  }
  void Advance(std::string_view date) {
    clock_.Advance(*catalogue::BeginningOf(date) - clock_.WallNow());
  }
  void Add(const std::string& name, const std::vector<std::string>& models) {
    Route route;
    route.name = name;
    for (const std::string& model : models) {
      Target& target = route.targets.emplace_back();
      target.upstream = router_.Find("openai");
      target.model = model;
    }
    router_.AddRoute(std::move(route));
  }
  // Which of the route's targets are used.
  std::vector<std::string> Used(std::string_view asked) {
    const Route* const route = router_.RouteOf(asked);
    const auto destinations = DestinationsOf(router_, *route, asked);
    if (!destinations) return {std::string(ReasonName(destinations.error().reason))};
    std::vector<std::string> used;
    for (const Destination& each : *destinations) {
      if (each.served) used.push_back(each.model);
    }
    return used;
  }
  std::string To(std::string_view asked) {
    const auto destination = router_.ForModel(asked);
    return destination ? destination->upstream->name() + "/" + destination->model
                       : std::string(ReasonName(destination.error().reason));
  }

  // What that upstream states, from now on.
  void Lists(const std::string& name, openai::ModelList list) {
    router_.Find(name)->options().listing->Store({std::move(list), clock_.WallNow()});
  }
  static openai::ListedModel EndsOn(std::string_view date, std::string replacement = "") {
    return {.ends = catalogue::BeginningOf(date), .replacement = std::move(replacement)};
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  Listings listings_;
  catalogue::Snapshot models_{std::make_shared<const catalogue::Catalogue>("r1", Models()),
                              &clock_};
  Router router_;
};

TEST_F(RouterEndings, WarnUnlessConfigured) {
  EXPECT_EQ(To("fast"), "openai/old");
  EXPECT_THAT(router_.ForModel("fast")->endings, SizeIs(1));
  EXPECT_EQ(router_.MeaningOf("fast").now, "");
  EXPECT_THAT(router_.ForModel("other")->endings, IsEmpty());
}

TEST_F(RouterEndings, MovesLookTheReplacementUpAsIfItHadBeenAskedFor) {
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  EXPECT_EQ(To("fast"), "openai/new");
  EXPECT_EQ(To("old"), "openai/new");
  Add("new", {"other"});  // it has a route now
  EXPECT_EQ(router_.RouteOf("fast"), router_.RouteNamed("new"));
  EXPECT_EQ(To("fast"), "openai/other");
  const auto by_route = router_.ForModel("fast");
  ASSERT_THAT(by_route->endings, SizeIs(1));
  EXPECT_TRUE(by_route->endings[0].moved);
}

TEST_F(RouterEndings, MovesStayWhereNobodyServesTheReplacement) {
  auto models = Models();
  models[0].replacement = "nowhere";
  models_.Replace(std::make_shared<const catalogue::Catalogue>("r2", models));
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  EXPECT_EQ(To("fast"), "openai/old");
  models[0].replacement = "old";  // itself
  models_.Replace(std::make_shared<const catalogue::Catalogue>("r3", models));
  EXPECT_EQ(To("fast"), "openai/old");
}

TEST_F(RouterEndings, ARouteLeavesItsEndedTargetsAndMovesWithTheLast) {
  Add("mixed", {"old", "other"});
  Add("gone", {"old"});
  EXPECT_THAT(Used("mixed"), ElementsAre("old", "other"));
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  EXPECT_THAT(Used("mixed"), ElementsAre("other"));
  EXPECT_EQ(To("mixed"), "openai/other");
  EXPECT_EQ(router_.RouteOf("gone"), nullptr);  // it goes where "new" goes
  EXPECT_EQ(To("gone"), "openai/new");
  router_.Use({.others = OnShutdown::kRefuse, .by_name = {}});
  EXPECT_THAT(Used("mixed"), ElementsAre("other"));
  EXPECT_THAT(Used("gone"), ElementsAre("MODEL_ENDED"));
  EXPECT_EQ(To("gone"), "MODEL_ENDED");
}

TEST_F(RouterEndings, ARouteWithoutAReplacementIsUsedAsEver) {
  auto models = Models();
  models[0].replacement.clear();
  models_.Replace(std::make_shared<const catalogue::Catalogue>("r2", models));
  Add("gone", {"old"});
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  EXPECT_THAT(Used("gone"), ElementsAre("old"));
  EXPECT_EQ(To("gone"), "openai/old");
}

TEST_F(RouterEndings, WhatGoesOutAsItCameIsRefusedButNeverMoved) {
  const Upstream& own = *router_.Find("own");
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  EXPECT_EQ(router_.ForSent(own, "old")->model, "old");
  router_.Use({.others = OnShutdown::kRefuse, .by_name = {}});
  const auto refused = router_.ForSent(own, "old");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_MODEL_ENDED);
  EXPECT_EQ(refused.error().code, Code::kNotFound);
  EXPECT_EQ(refused.error().origin, Origin::kCaller);
  EXPECT_FALSE(refused.error().safe_to_retry);
}

TEST_F(RouterEndings, AccessIsJudgedByWhatWasAskedForAndMoneyByWhatIsServed) {
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  const auto meaning = router_.MeaningOf("fast");
  EXPECT_THAT(meaning.models, ElementsAre(tenancy::NamedModel{"old", "old"}));
  EXPECT_EQ(meaning.now, "new");
}

TEST_F(RouterEndings, AnUpstreamThatServesItForEverIsLeftAlone) {
  auto models = Models();
  catalogue::Offer ever;
  ever.upstream = "own";
  ever.shutdown_date = "none";
  models[0].offers = {ever};
  models_.Replace(std::make_shared<const catalogue::Catalogue>("r2", models));
  router_.Use({.others = OnShutdown::kRefuse, .by_name = {}});
  EXPECT_TRUE(router_.ForSent(*router_.Find("own"), "old").ok());
  EXPECT_FALSE(router_.ForSent(*router_.Find("openai"), "old").ok());
}

TEST_F(RouterEndings, NothingEndsWithoutAClock) {
  catalogue::Snapshot timeless(std::make_shared<const catalogue::Catalogue>("r1", Models()));
  router_.TakeModelInfoFrom(timeless);
  router_.Use({.others = OnShutdown::kRefuse, .by_name = {}});
  EXPECT_EQ(To("old"), "openai/old");
  EXPECT_THAT(router_.ForModel("old")->endings, IsEmpty());
}

TEST_F(RouterEndings, AreToldSixtyDaysBefore) {
  Advance("2026-11-14");
  EXPECT_THAT(router_.ForModel("old")->endings, IsEmpty());
  Advance("2026-11-15");
  const auto soon = router_.ForModel("old");
  ASSERT_THAT(soon->endings, SizeIs(1));
  EXPECT_EQ(soon->endings[0].days_left, 60);
  EXPECT_EQ(soon->endings[0].replacement, "new");
}

TEST_F(RouterEndings, TheUpstreamsOwnDateCountsBeforeTheCatalogues) {
  Lists("openai", {.models = {{"old", EndsOn("2027-06-01")}, {"new", EndsOn("2027-02-01", "x")}}});
  EXPECT_THAT(router_.ForModel("old")->endings, IsEmpty()) << "it was postponed";
  const auto stated = router_.ForModel("new");
  ASSERT_THAT(stated->endings, SizeIs(1)) << "the catalogue knows no end of it";
  EXPECT_EQ(stated->endings[0].model, "new");
  EXPECT_EQ(stated->endings[0].replacement, "x");
  EXPECT_EQ(catalogue::DateOf(stated->endings[0].at), "2027-02-01");
  // Of the others and of what it states nothing of, the catalogue's.
  Lists("openai", {.models = {{"old", {}}}});
  EXPECT_THAT(router_.ForModel("old")->endings, SizeIs(1));
}

TEST_F(RouterEndings, WhatOnlyAnUpstreamStatesIsRefusedAndMovedLikeTheRest) {
  router_.Use({.others = OnShutdown::kRefuse, .by_name = {}});
  Lists("openai", {.models = {{"other", EndsOn("2027-01-01")}}});
  EXPECT_EQ(To("other"), "MODEL_ENDED") << "no catalogue has it";
  router_.Use({.others = OnShutdown::kMove, .by_name = {}});
  Lists("openai", {.models = {{"other", EndsOn("2027-01-01", "new")}}});
  EXPECT_EQ(To("other"), "openai/new");
}

TEST_F(RouterEndings, ACatalogueThatSaysNoneAndAConfiguredDateAreBelieved) {
  auto models = Models();
  models[0].shutdown_date = "none";
  models_.Replace(std::make_shared<const catalogue::Catalogue>("r2", models));
  Lists("openai", {.models = {{"old", EndsOn("2027-01-01")}, {"other", EndsOn("2027-01-01")}}});
  router_.Use({.others = OnShutdown::kRefuse,
               .by_name = {{"other",
                            {.action = OnShutdown::kRefuse,
                             .replacement = "",
                             .from = catalogue::BeginningOf("2027-02-01")}}}});
  EXPECT_EQ(To("old"), "openai/old");
  EXPECT_THAT(router_.ForModel("old")->endings, IsEmpty());
  EXPECT_EQ(To("other"), "openai/other") << "not before that day";
  Advance("2027-02-01");
  EXPECT_EQ(To("other"), "MODEL_ENDED");
}

}  // namespace
}  // namespace inferwire::upstream
