// What a provider allows a key, at a whole gateway: kept to before anything is sent.
#include <gtest/gtest.h>

#include "routed.h"
#include "support/status_detail.h"

namespace inferwire::e2e {
namespace {

// 2 requests a minute, of which one may come at once.
void AddLimits(config::Config& config) {
  config.limits.burst = 30s;
  config.upstreams[0].limits.models = {{"gpt-4.1-mini", {.rpm = 2}}};
  config.upstreams[0].limits.use = 100;
}

TEST(KeyLimitsTest, ACallThatWouldBeTooManyGoesToTheNextTargetAndOtherwiseIsRefusedUnsent) {
  Routed routed("", AddLimits);
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response).ok());
  EXPECT_EQ(response.gateway().upstream(), "first");
  ASSERT_TRUE(routed.Complete(response).ok());
  EXPECT_EQ(response.gateway().upstream(), "second");
  EXPECT_EQ(response.gateway().attempts(), 1);

  // By another of its names, and without a route.
  v1::RoutePreferences only_first;
  only_first.set_upstream("first");
  const grpc::Status refused = routed.Complete(response, only_first, "chat", 5s);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(InfoOf(refused).reason(), "RATE_LIMITED");
  EXPECT_EQ(InfoOf(refused).metadata().at("safe_to_retry"), "true");
  const auto retry = testing_support::DetailOf<google::rpc::RetryInfo>(refused);
  ASSERT_TRUE(retry);
  EXPECT_GE(retry->retry_delay().seconds(), 5);
  EXPECT_LE(retry->retry_delay().seconds(), 30);
  EXPECT_EQ(routed.gateway().upstream().stats().requests, 1u);
  EXPECT_GE(routed.gateway().Metric("inferwire_limit_decisions_total{decision=\"refused\",limit="
                                    "\"rpm\",scope=\"upstream/first\"}"),
            1);
}

TEST(KeyLimitsTest, AreThoseOfTheCataloguesTierForEveryNameOfTheModel) {
  Gateway gateway([](config::Config& config) {
    config.limits.burst = 20s;
    config.upstreams[0].limits.tier = "free";  // 3 requests a minute
  });
  const auto ask = [&](const std::string& model) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", model);
    v1::CompleteResponse response;
    return gateway.chat().Complete(NewContext(3s).get(), request, &response);
  };
  EXPECT_TRUE(ask("gpt-4.1-mini").ok());
  EXPECT_EQ(InfoOf(ask("gpt-4.1-mini-2025-04-14")).reason(), "RATE_LIMITED");
  // Nothing is known of its limits: it is sent, and the provider has no such model.
  EXPECT_EQ(InfoOf(ask("unlisted")).reason(), "MODEL_NOT_FOUND");
  EXPECT_EQ(gateway.upstream().stats().requests, 2u);
}

TEST(KeyLimitsTest, ACallThatHasTheTimeWaitsForItsTurn) {
  Gateway gateway([](config::Config& config) {
    config.limits.burst = 1s;
    config.upstreams[0].limits.models = {{"gpt-4.1-mini", {.rpm = 60}}};
    config.upstreams[0].limits.use = 100;
  });
  for (int i = 0; i < 3; ++i) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", "gpt-4.1-mini");
    v1::CompleteResponse response;
    const auto done = gateway.chat().Complete(NewContext(30s).get(), request, &response);
    EXPECT_TRUE(done.ok()) << done.error_message();
  }
}

}  // namespace
}  // namespace inferwire::e2e
