// Under which names models are booked: callers can invent no rows.
#include "upstream/booked_model.h"

#include <gtest/gtest.h>

#include "telemetry/metrics.h"
#include "upstream/upstream_key.h"

namespace inferwire::upstream {
namespace {

class BookedModelTest : public ::testing::Test {
 protected:
  BookedModelTest() {
    router_.TakeModelInfoFrom(models_);
    router_.Add(Named("azure"), {"my-deployment"}, {{"cheap", "my-other"}}, true);
    router_.Add(Named("any"), {"*"}, {}, false);
    Route route;
    route.name = "team-*";
    Target& target = route.targets.emplace_back();
    target.upstream = router_.Find("azure");
    target.model = "my-third";
    router_.AddRoute(std::move(route));
  }
  std::unique_ptr<const Upstream> Named(const std::string& name) {
    UpstreamOptions options;
    options.name = name;
    options.base_url = "http://" + name + "/v1";
    return std::make_unique<const Upstream>(std::move(options), std::shared_ptr<UpstreamKey>(),
                                            metrics_);
  }
  static std::vector<catalogue::Model> Models() {
    catalogue::Model gpt;
    gpt.id = "gpt-4.1";
    gpt.snapshots = {"gpt-4.1-2025-04-14"};
    return {gpt};
  }
  std::string Booked(std::string_view upstream, std::string_view model, bool answered = false) {
    return BookedModel(router_, upstream, model, answered,
                       &metrics_.Of<telemetry::LedgerMetrics>());
  }

  telemetry::Metrics metrics_;
  catalogue::Snapshot models_{std::make_shared<const catalogue::Catalogue>("r1", Models())};
  Router router_;
};

TEST_F(BookedModelTest, IsTheNameThatTheConfigurationOrTheCatalogueHas) {
  EXPECT_EQ(Booked("azure", "my-deployment"), "my-deployment");
  EXPECT_EQ(Booked("azure", "my-other"), "my-other") << "an alias is sent as it";
  EXPECT_EQ(Booked("azure", "my-third"), "my-third") << "a target";
  EXPECT_EQ(Booked("", "cheap"), "cheap");
  EXPECT_EQ(Booked("any", "gpt-4.1"), "gpt-4.1");
  EXPECT_EQ(Booked("any", "gpt-4.1-2025-04-14"), "gpt-4.1-2025-04-14");
  EXPECT_EQ(Booked("any", ""), "");
}

TEST_F(BookedModelTest, IsOneForAllThatCallersInvent) {
  EXPECT_EQ(Booked("", "invented"), "other");
  EXPECT_EQ(Booked("any", "invented"), "other");
  EXPECT_EQ(Booked("azure", "my-fourth"), "other");
  EXPECT_EQ(Booked("any", "*"), "other");
  EXPECT_EQ(Booked("", "team-whatever"), "team-*");
}

TEST_F(BookedModelTest, IsANameThatAnUpstreamAnsweredAsUpToABound) {
  EXPECT_EQ(Booked("any", "llama", true), "llama");
  for (int i = 0; i < 2000; ++i) Booked("any", "invented-" + std::to_string(i), true);
  EXPECT_EQ(Booked("any", "llama", true), "llama");
  EXPECT_EQ(Booked("any", "one-more", true), "other");
}

}  // namespace
}  // namespace inferwire::upstream
