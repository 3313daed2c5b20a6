// Gateways that share the limits of a tenant by a real PostgreSQL.
#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "reloadable.h"
#include "support/postgres_cluster.h"
#include "support/status_detail.h"

namespace inferwire::e2e {
namespace {

using namespace std::chrono_literals;

bool Eventually(const std::function<bool()>& condition, std::chrono::seconds most = 15s) {
  const auto until = std::chrono::steady_clock::now() + most;
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

class SharedLimitsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { postgres_ = testing_support::PostgresCluster::Start().release(); }
  static void TearDownTestSuite() {
    delete postgres_;
    postgres_ = nullptr;
  }
  void SetUp() override {
    if (postgres_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    url_ = postgres_->NewDatabase();
  }

  void Start(int count, const std::string& quota, const std::string& limits = "") {
    for (int i = 0; i < count; ++i) {
      gateways_.push_back(std::make_unique<Reloadable>(false));
      Reloadable& gateway = *gateways_.back();
      gateway.Write("url", url_);
      gateway.Start(Config(gateway, quota, limits));
      chats_.push_back(gateway.NewStub());
    }
    ASSERT_TRUE(Eventually([&] { return Everywhere("inferwire_replicas_live", count); }));
  }
  static std::string Config(const Reloadable& gateway, const std::string& quota,
                            const std::string& limits = "") {
    return gateway.Head() + "limits: {shared: true, store_timeout: 1s" + limits +
           "}\n"
           "store: {postgresql: {file: " +
           (gateway.folder() / "url").string() +
           "}}\n"
           "tenants: [{id: acme, " +
           quota +
           "}]\n"
           "identity: {required: false, anonymous: acme}\n" +
           gateway.Upstream("up");
  }
  bool Everywhere(const std::string& metric, double value) const {
    for (const auto& gateway : gateways_) {
      if (gateway->Metric(metric) != value) return false;
    }
    return true;
  }
  grpc::Status Ask(size_t gateway) {
    v1::CompleteResponse response;
    return CallOnce(*chats_[gateway], "gpt-4.1-mini", &response);
  }
  // A caller that does as it is told: comes again until its lease is there, but no later.
  grpc::Status AskPatiently(size_t gateway, std::chrono::seconds most = 2s) {
    grpc::Status status;
    Eventually(
        [&] {
          status = Ask(gateway);
          return status.ok();
        },
        most);
    return status;
  }
  bool Logs(const std::string& event) const {
    return Eventually([&] { return gateways_[0]->log().find(event) != std::string::npos; });
  }
  size_t Served() const {
    size_t served = 0;
    for (const auto& gateway : gateways_) served += gateway->upstream().stats().requests;
    return served;
  }

  static testing_support::PostgresCluster* postgres_;
  std::string url_;
  std::vector<std::unique_ptr<Reloadable>> gateways_;
  std::vector<std::unique_ptr<v1::ChatService::Stub>> chats_;
};
testing_support::PostgresCluster* SharedLimitsTest::postgres_ = nullptr;

TEST_F(SharedLimitsTest, ADaysRequestsAreThoseOfAllGatewaysTogetherHoweverTheyAreSpread) {
  Start(2, "limits: {rpd: 5}");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(AskPatiently(0).ok()) << i;
  // The first one has given back what it did not use.
  EXPECT_TRUE(AskPatiently(1, 15s).ok());
  for (const size_t gateway : {0u, 1u}) {
    const auto refused = AskPatiently(gateway);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    const auto info = testing_support::DetailOf<google::rpc::ErrorInfo>(refused);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->reason(), "TENANT_RATE_LIMITED");
    EXPECT_EQ(info->metadata().at("limit_value"), "5") << "the whole of it";
  }
  EXPECT_EQ(Served(), 5u);
}

TEST_F(SharedLimitsTest, AMinutesRequestsGoByLeasesAndTheFirstCallDoesNotWait) {
  Start(2, "limits: {rpm: 6000}");
  EXPECT_TRUE(Ask(0).ok()) << "before its lease";
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(AskPatiently(static_cast<size_t>(i) % 2).ok());
  for (const auto& gateway : gateways_) {
    EXPECT_TRUE(Eventually([&] {
      return gateway->Metric("inferwire_lease_exchanges_total{kind=\"flow\",result=\"ok\"}") >= 1;
    }));
    EXPECT_EQ(gateway->Metric("inferwire_lease_store_up"), 1);
  }
}

TEST_F(SharedLimitsTest, ARestartForgetsNothing) {
  Start(1, "limits: {rpd: 3}");
  EXPECT_TRUE(AskPatiently(0).ok());
  EXPECT_TRUE(AskPatiently(0).ok());
  chats_.clear();
  gateways_.clear();  // in good order: what was lent and not used is given back
  Start(1, "limits: {rpd: 3}");
  EXPECT_TRUE(AskPatiently(0).ok());
  EXPECT_FALSE(AskPatiently(0).ok());
  EXPECT_EQ(Served(), 1u);
}

TEST_F(SharedLimitsTest, WithoutTheStoreEachKeepsToItsPartAndNoCallWaits) {
  Start(2, "limits: {concurrent: 10, rpm: 6000}");
  EXPECT_TRUE(AskPatiently(0).ok());
  postgres_->Freeze();
  EXPECT_TRUE(Eventually([&] { return Everywhere("inferwire_lease_store_up", 0); }));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(AskPatiently(0).ok());
  EXPECT_TRUE(AskPatiently(1).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_TRUE(Logs("limits_not_shared"));
  postgres_->Thaw();
  EXPECT_TRUE(Eventually([&] { return Everywhere("inferwire_lease_store_up", 1); }));
  EXPECT_TRUE(Logs("limits_shared_again"));
  EXPECT_TRUE(AskPatiently(1).ok());
}

TEST_F(SharedLimitsTest, WhatIsDeniedWithoutTheStoreIsTakenOverByAReload) {
  Start(1, "limits: {rpd: 1000}");
  Reloadable& gateway = *gateways_[0];
  EXPECT_EQ(gateway.Reload(Config(gateway, "limits: {rpd: 1000}", ", store_down: deny")),
            telemetry::ReloadResult::kApplied);
  postgres_->Freeze();
  EXPECT_TRUE(Eventually([&] { return Everywhere("inferwire_lease_store_up", 0); }));
  EXPECT_EQ(Ask(0).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << "nothing was lent";
  postgres_->Thaw();
  EXPECT_TRUE(AskPatiently(0).ok());
}

TEST_F(SharedLimitsTest, ALoweredLimitHoldsAfterAReload) {
  Start(1, "limits: {rpd: 1000}");
  EXPECT_TRUE(AskPatiently(0).ok());
  Reloadable& gateway = *gateways_[0];
  EXPECT_EQ(gateway.Reload(Config(gateway, "limits: {rpd: 2}")), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(AskPatiently(0).ok());
  EXPECT_TRUE(Eventually([&] { return !Ask(0).ok(); }));
  EXPECT_LE(Served(), 1000u);
  EXPECT_FALSE(AskPatiently(0).ok());
}

}  // namespace
}  // namespace inferwire::e2e
