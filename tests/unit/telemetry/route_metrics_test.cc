#include "telemetry/route_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

using testing::HasSubstr;

TEST(RouteMetrics, APlaceThatIsNoMoreIsZero) {
  Metrics metrics;
  auto& routes = metrics.Of<RouteMetrics>();
  routes.Places({{{"openai", "endpoint", "up"}, 1}, {{"openai", "model", "out"}, 2}});
  routes.Places({{{"openai", "endpoint", "out"}, 1}});
  const std::string text = metrics.Expose();
  const std::string series = "inferwire_places{gen_ai_provider_name=\"openai\",kind=";
  EXPECT_THAT(text, HasSubstr(series + "\"endpoint\",state=\"out\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(series + "\"endpoint\",state=\"up\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(series + "\"model\",state=\"out\"} 0\n"));
}

TEST(RouteMetrics, WhatIsFoldedAddsUp) {
  Metrics metrics(RouteLimits{.upstreams = 1, .targets = 1, .routes = 1});
  auto& routes = metrics.Of<RouteMetrics>();
  for (int i = 0; i < 2; ++i) {  // and does not grow
    routes.Places({{{"a", "key", "up"}, 1}, {{"b", "key", "up"}, 2}, {{"c", "key", "up"}, 3}});
    routes.RouteTargets({{{"a", "up"}, 1}, {{"b", "up"}, 2}, {{"c", "up"}, 3}});
  }
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr("gen_ai_provider_name=\"other\",kind=\"key\",state=\"up\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("inferwire_route_targets{route=\"other\",state=\"up\"} 5\n"));
}

TEST(RouteMetrics, ATargetsCountersBeginAtZeroAndStay) {
  Metrics metrics;
  auto& routes = metrics.Of<RouteMetrics>();
  RouteTargetMetrics& target = routes.Target("gpt-5", "openai");
  EXPECT_EQ(&routes.Target("gpt-5", "openai"), &target);
  target.fallbacks.Increment();
  const std::string text = metrics.Expose();
  const auto series = [](const std::string& fallback) {
    return "inferwire_route_answers_total{fallback=\"" + fallback +
           "\",gen_ai_provider_name=\"openai\",route=\"gpt-5\"}";
  };
  EXPECT_THAT(text, HasSubstr(series("false") + " 0\n"));
  EXPECT_THAT(text, HasSubstr(series("true") + " 1\n"));
}

}  // namespace
}  // namespace inferwire::telemetry
