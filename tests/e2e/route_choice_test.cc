// Which target of a route a call goes to: what is configured, and what callers ask for.
#include <gtest/gtest.h>

#include "reloadable.h"
#include "routed.h"

namespace inferwire::e2e {
namespace {

v1::RoutePreferences Wish(const std::string& text) {
  v1::RoutePreferences wish;
  if (text == "second") wish.set_upstream("second");
  if (text == "eu" || text == "us" || text == "zdr") wish.add_require_tags(text);
  if (text == "not first") wish.add_exclude_upstreams("first");
  if (text == "no fallback") wish.set_allow_fallback(false);
  if (text == "key") wish.set_affinity_key("a");
  return wish;
}

TEST(RouteChoice, CallersPinExcludeAndAskForTags) {
  Routed routed;
  EXPECT_EQ(routed.Answerer(), "first");
  EXPECT_EQ(routed.Answerer(Wish("second")), "second");
  EXPECT_EQ(routed.Answerer(Wish("not first")), "second");
  EXPECT_EQ(routed.Answerer(Wish("eu")), "first");
  EXPECT_EQ(routed.Answerer(Wish("us")), "second");
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response, Wish("second")).ok());
  EXPECT_EQ(response.gateway().route().chosen_by(), "PINNED");
}

TEST(RouteChoice, TagsHoldForWhatFollowsAFailure) {
  Routed routed("status=500");
  EXPECT_EQ(routed.Reason(Wish("eu")), "UPSTREAM_ERROR");
  EXPECT_EQ(routed.second_requests(), 0u);
}

TEST(RouteChoice, WithoutFallbackTheFirstErrorIsTheCalls) {
  Routed routed("status=503");
  EXPECT_EQ(routed.Reason(Wish("no fallback")), "UPSTREAM_OVERLOADED");
  EXPECT_EQ(routed.second_requests(), 0u);
  EXPECT_EQ(routed.Answerer(), "second");
}

TEST(RouteChoice, NobodyHasTheTag) {
  Routed routed;
  v1::CompleteResponse response;
  const auto status = routed.Complete(response, Wish("zdr"));
  EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(InfoOf(status).reason(), "NO_TARGET_WITH_TAGS");
  EXPECT_EQ(InfoOf(status).metadata().at("tags"), "zdr");
  EXPECT_EQ(routed.first_requests() + routed.second_requests(), 0u);
}

TEST(RouteChoice, WhatARouteDoesNotAllowIsRefused) {
  Routed routed("", [](config::Config& config) { config.routes[0].overrides.clear(); });
  for (const char* wish : {"second", "eu", "not first", "no fallback", "key"}) {
    v1::CompleteResponse response;
    const auto status = routed.Complete(response, Wish(wish));
    EXPECT_EQ(status.error_code(), grpc::PERMISSION_DENIED) << wish;
    EXPECT_EQ(InfoOf(status).reason(), "ROUTE_OVERRIDE_NOT_ALLOWED") << wish;
  }
  EXPECT_EQ(routed.Answerer(), "first");
}

TEST(RouteChoice, APrefixTakesEveryNameThatBeginsSo) {
  Routed routed("", [](config::Config& config) {
    config::RouteConfig prefix;
    prefix.name = "gpt-*";
    prefix.targets.resize(1);
    prefix.targets[0].upstream = "second";
    config.routes.push_back(prefix);
  });
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response, {}, "gpt-4.1-mini").ok());
  EXPECT_EQ(response.gateway().upstream(), "second");
  EXPECT_EQ(response.gateway().model(), "gpt-4.1-mini");
  EXPECT_EQ(response.gateway().route().route(), "gpt-*");
}

TEST(RouteChoice, WeightsAreShares) {
  Routed routed("", [](config::Config& config) {
    config.routes[0].targets[1].group = 1;
    config.routes[0].targets[0].weight = 95;
    config.routes[0].targets[1].weight = 5;
  });
  for (int i = 0; i < 400; ++i) ASSERT_NE(routed.Answerer(), "");
  // Twenty are expected; fewer than three or more than sixty are less likely than one in a million.
  EXPECT_GE(routed.second_requests(), 3u);
  EXPECT_LE(routed.second_requests(), 60u);
}

TEST(RouteChoice, AConversationStaysOnItsSideOfACanary) {
  Routed routed("", [](config::Config& config) {
    config.routes[0].targets[1].group = 1;
    config.routes[0].sticky = config::RouteSticky::kAffinity;
  });
  int at_first = 0;
  for (int conversation = 0; conversation < 30; ++conversation) {
    v1::RoutePreferences wish;
    wish.set_affinity_key("conversation " + std::to_string(conversation));
    const std::string answerer = routed.Answerer(wish);
    at_first += answerer == "first";
    for (int turn = 0; turn < 3; ++turn) EXPECT_EQ(routed.Answerer(wish), answerer);
  }
  EXPECT_GT(at_first, 0);
  EXPECT_LT(at_first, 30);
}

TEST(RouteChoice, AWeightOfZeroTakesNoCalls) {
  Routed routed("status=500", [](config::Config& config) {
    config.routes[0].targets[1].group = 1;
    config.routes[0].targets[1].weight = 0;
  });
  EXPECT_EQ(routed.Reason({}), "UPSTREAM_ERROR");
  EXPECT_EQ(routed.second_requests(), 0u);
}

// What fails is out, and a new version of the configuration still knows.
TEST(RouteChoice, AReloadKeepsWhatIsKnownOfPlaces) {
  Reloadable gateway(/*watch=*/false);
  const auto version = [&](int number) {
    return gateway.Head() +
           gateway.Upstream("only",
                            "api_key: none\n    breaker: {failures: 0, ratio: 50, of: 4}\n"
                            "    max_retries: 0\n    headers: {X-Version: \"" +
                                std::to_string(number) + "\"}") +
           "routes:\n  - name: chat\n    targets: [{upstream: only, model: m+status=500}]\n"
           "    max_attempts: 1\n";
  };
  gateway.Start(version(1));
  const auto stub = gateway.NewStub();
  v1::CompleteResponse response;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(InfoOf(CallOnce(*stub, "chat", &response)).reason(), "UPSTREAM_ERROR");
  }
  EXPECT_EQ(InfoOf(CallOnce(*stub, "chat", &response)).reason(), "CIRCUIT_OPEN");
  EXPECT_EQ(gateway.Reload(version(2)), telemetry::ReloadResult::kApplied);
  const auto info = InfoOf(CallOnce(*stub, "chat", &response));
  EXPECT_EQ(info.reason(), "CIRCUIT_OPEN");
  EXPECT_EQ(gateway.upstream().stats().requests, 4u);
}

}  // namespace
}  // namespace inferwire::e2e
