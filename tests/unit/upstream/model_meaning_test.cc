// What the names of models stand for, where access is judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/metrics.h"
#include "upstream/router.h"
#include "upstream/upstream_key.h"

namespace inferwire::upstream {
namespace {

using tenancy::NamedModel;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ModelMeaningTest : public ::testing::Test {
 protected:
  ModelMeaningTest() {
    router_.TakeModelInfoFrom(models_);
    router_.Add(Named("azure"), {"my-deployment"},
                {{"gpt-4.1", "my-deployment"}, {"plain", "my-other"}, {"trap", "o3"}}, true);
  }
  std::unique_ptr<const Upstream> Named(const std::string& name) {
    UpstreamOptions options;
    options.name = name;
    options.base_url = "http://" + name + "/v1";
    return std::make_unique<const Upstream>(std::move(options), std::shared_ptr<UpstreamKey>(),
                                            metrics_);
  }
  static std::vector<catalogue::Model> Models() {
    catalogue::Model gpt, o3;
    gpt.id = "gpt-4.1";
    gpt.snapshots = {"gpt-4.1-2025-04-14"};
    o3.id = "o3";
    return {gpt, o3};
  }

  telemetry::Metrics metrics_;
  catalogue::Snapshot models_{std::make_shared<const catalogue::Catalogue>("r1", Models())};
  Router router_;
};

TEST_F(ModelMeaningTest, AnAliasIsWhatIsSent) {
  EXPECT_THAT(router_.MeaningOf("trap").models, ElementsAre(NamedModel{"o3", "o3"}));
  EXPECT_THAT(router_.MeaningOf("plain").models, ElementsAre(NamedModel{"my-other", "my-other"}));
}

TEST_F(ModelMeaningTest, ADeploymentIsTheModelThatItIsAskedFor) {
  EXPECT_THAT(router_.MeaningOf("gpt-4.1").models,
              ElementsAre(NamedModel{"gpt-4.1", "my-deployment"}));
}

TEST_F(ModelMeaningTest, WhatNobodyServesIsNothing) {
  EXPECT_THAT(router_.MeaningOf("gpt-4.1-2025-04-14").models, IsEmpty());
  router_.Add(Named("openai"), {"*"}, {}, false);
  EXPECT_THAT(router_.MeaningOf("gpt-4.1-2025-04-14").models,
              ElementsAre(NamedModel{"gpt-4.1", "gpt-4.1-2025-04-14"}));
}

TEST_F(ModelMeaningTest, ARouteIsAllItsTargets) {
  Route route;
  route.name = "smart";
  Target first, second;
  first.upstream = second.upstream = router_.Find("azure");
  first.model = "o3";
  route.targets = {first, second};
  router_.AddRoute(std::move(route));
  const auto meaning = router_.MeaningOf("smart");
  EXPECT_TRUE(meaning.route);
  EXPECT_THAT(meaning.models, ElementsAre(NamedModel{"o3", "o3"}, NamedModel{"smart", "smart"}));
  EXPECT_FALSE(router_.MeaningOf("trap").route);
}

TEST_F(ModelMeaningTest, TheBeginningOfNamesIsNoName) {
  Route route;
  route.name = "gpt-*";
  Target target;
  target.upstream = router_.Find("azure");
  route.targets = {target};
  router_.AddRoute(std::move(route));
  const auto meaning = router_.MeaningOf("gpt-4.1-2025-04-14");
  EXPECT_FALSE(meaning.route);
  EXPECT_THAT(meaning.models, ElementsAre(NamedModel{"gpt-4.1", "gpt-4.1-2025-04-14"}));
}

}  // namespace
}  // namespace inferwire::upstream
