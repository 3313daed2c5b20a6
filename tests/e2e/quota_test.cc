// Limits and budgets of tenants at a whole gateway: what is refused, what a refused caller is told,
// and what comes back.
#include <gmock/gmock.h>

#include <map>

#include "reloadable.h"
#include "support/status_detail.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;
using ::testing::HasSubstr;

// Callers show nothing, and are the tenant acme.
std::string Acme(const std::string& quota) {
  return "tenants: [{id: acme, " + quota +
         "}]\n"
         "identity: {required: false, anonymous: acme}\n";
}

class QuotaTest : public ::testing::Test {
 protected:
  void Start(const std::string& quota) {
    gateway_.Start(With(quota));
    chat_ = gateway_.NewStub();
  }
  // Half of a minute's requests may come at once: 2 are one call, and the next in 30 s.
  std::string With(const std::string& quota) const {
    return gateway_.Head() + "limits: {burst: 30s}\n" + Acme(quota) + gateway_.Upstream("up");
  }
  grpc::Status Ask(const std::string& model = "gpt-4.1-mini") {
    v1::CompleteResponse response;
    return CallOnce(*chat_, model, &response);
  }
  static std::string ReasonOf(const grpc::Status& status) { return InfoOf(status).reason(); }

  // Of the team search, as it is configured.
  struct TeamKey {
    std::string secret = tenancy::NewKey("AcmeKey1", tenancy::SystemRandomBytes).value();
    std::string entry = "{id: AcmeKey1, tenant: acme, team: search, hash: \"" +
                        tenancy::HexOf(tenancy::KeyHasher().Of(secret)) + "\"}";
  };

  const TeamKey key_;
  Reloadable gateway_{false};
  std::unique_ptr<v1::ChatService::Stub> chat_;
};

TEST_F(QuotaTest, TellsARefusedCallerWhichLimitItWasAndWhenToComeAgain) {
  Start("limits: {rpm: 2}");
  EXPECT_TRUE(Ask().ok());
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  const auto context = NewContext();
  const grpc::Status refused = chat_->Complete(context.get(), request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto info = InfoOf(refused);
  EXPECT_EQ(info.reason(), "TENANT_RATE_LIMITED");
  EXPECT_EQ(info.metadata().at("limit"), "rpm");
  EXPECT_EQ(info.metadata().at("scope"), "tenant/acme");
  EXPECT_EQ(info.metadata().at("limit_value"), "2");
  EXPECT_EQ(info.metadata().at("needed"), "1");
  EXPECT_EQ(info.metadata().at("safe_to_retry"), "true");
  const auto quota = testing_support::DetailOf<google::rpc::QuotaFailure>(refused);
  ASSERT_TRUE(quota);
  EXPECT_EQ(quota->violations(0).subject(), "tenant/acme");
  const auto retry = testing_support::DetailOf<google::rpc::RetryInfo>(refused);
  ASSERT_TRUE(retry);
  EXPECT_GE(retry->retry_delay().seconds(), 1);
  EXPECT_LE(retry->retry_delay().seconds(), 33);
  const auto& trailers = context->GetServerTrailingMetadata();
  EXPECT_NE(trailers.find("grpc-retry-pushback-ms"), trailers.end());
  EXPECT_EQ(gateway_.upstream().stats().requests, 1u) << "nothing was sent";
  EXPECT_EQ(gateway_.Metric("inferwire_limit_decisions_total{decision=\"refused\",limit=\"rpm\","
                            "scope=\"tenant/acme\"}"),
            1);
}

TEST_F(QuotaTest, EachUserOfATeamHasItsOwnLimitsWhoeverItIs) {
  gateway_.Start(gateway_.Head() +
                 "tenants: [{id: acme, limits: {rpd: 100}, teams: [{id: search, "
                 "users: {limits: {rpd: 1}}}]}]\n"
                 "identity: {keys: {entries: [" +
                 key_.entry + "]}}\n" + gateway_.Upstream("up"));
  const auto chat = gateway_.NewStub();
  const auto ask = [&](const std::string& user) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    request.mutable_options()->set_user(user);
    v1::CompleteResponse response;
    const auto context = NewContext();
    context->AddMetadata("authorization", "Bearer " + key_.secret);
    return chat->Complete(context.get(), request, &response);
  };
  EXPECT_TRUE(ask("ann").ok());
  const grpc::Status refused = ask("ann");
  const auto info = InfoOf(refused);
  EXPECT_EQ(info.reason(), "TENANT_RATE_LIMITED");
  EXPECT_THAT(info.metadata().at("scope"), ::testing::StartsWith("user/acme/search/"));
  EXPECT_THAT(refused.error_message(), ::testing::Not(HasSubstr("ann"))) << "users are hashed";
  EXPECT_TRUE(ask("bob").ok());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask("").ok()) << "names none";
  EXPECT_EQ(gateway_.upstream().stats().requests, 5u);
  EXPECT_EQ(gateway_.Metric("inferwire_limit_decisions_total{decision=\"refused\",limit=\"rpd\","
                            "scope=\"user/acme/search\"}"),
            1);
}

TEST_F(QuotaTest, AModelOfItsOwnLimitLeavesOthersAlone) {
  Start("model_limits: [{model: gpt-4.1, rpm: 2}]");
  EXPECT_TRUE(Ask("gpt-4.1").ok());
  EXPECT_EQ(ReasonOf(Ask("gpt-4.1")), "TENANT_RATE_LIMITED");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Ask("gpt-4.1-mini").ok());
}

TEST_F(QuotaTest, ABudgetTooSmallForACallRefusesItAndNoLibraryRepeatsIt) {
  Start("budget: {day: 0.000001 USD}");
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  const auto context = NewContext();
  const grpc::Status refused = chat_->Complete(context.get(), request, &response);
  EXPECT_EQ(ReasonOf(refused), "BUDGET_EXCEEDED");
  EXPECT_EQ(InfoOf(refused).metadata().at("period"), "day");
  EXPECT_EQ(InfoOf(refused).metadata().at("limit_usd"), "0.000001");
  const auto& trailers = context->GetServerTrailingMetadata();
  const auto pushback = trailers.find("grpc-retry-pushback-ms");
  ASSERT_NE(pushback, trailers.end());
  EXPECT_EQ(std::string(pushback->second.data(), pushback->second.size()), "-1");
}

TEST_F(QuotaTest, ACancelledStreamGivesItsPlaceBack) {
  Start("limits: {concurrent: 1}");
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  const auto context = NewContext(300s);
  const auto reader = chat_->StreamComplete(context.get(), request);
  ASSERT_TRUE(
      gateway_.upstream().WaitFor([](const Stats& stats) { return stats.requests == 1; }, 10s));
  const grpc::Status refused = Ask();
  EXPECT_EQ(ReasonOf(refused), "CONCURRENCY_LIMITED");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  context->TryCancel();
  EXPECT_TRUE(Gateway::Eventually([&] { return Ask().ok(); }));
}

TEST_F(QuotaTest, WhatACallDidNotUseComesBackWhenItEnds) {
  // Each sets about 1,000 tokens aside, and uses far less.
  Start("limits: {tpd: 1500}");
  for (int i = 0; i < 5; ++i) {
    // The caller has its answer a moment before the call is over.
    EXPECT_TRUE(Gateway::Eventually([&] { return Ask().ok(); })) << i;
  }
}

TEST_F(QuotaTest, ItemsOfAStreamKeepTheLimitsToo) {
  Start("limits: {rpm: 6}");  // three at once: the stream and two items
  const auto context = NewContext();
  const auto stream = chat_->CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config();
  stream->Write(message);
  for (const char* id : {"a", "b", "c", "d"}) {
    message.mutable_item()->set_item_id(id);
    *message.mutable_item()->mutable_params() = Prompt("hi");
    stream->Write(message);
  }
  stream->WritesDone();
  std::map<int, int> codes;
  for (v1::CompleteManyResponse response; stream->Read(&response);) {
    if (response.has_result()) ++codes[response.result().error().code()];
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(codes[0], 2);
  EXPECT_EQ(codes[grpc::StatusCode::RESOURCE_EXHAUSTED], 2);
}

TEST_F(QuotaTest, AReloadGoesOnWithWhatWasCounted) {
  Start("limits: {rpd: 2}");
  EXPECT_TRUE(Ask().ok());
  EXPECT_TRUE(Ask().ok());
  EXPECT_EQ(ReasonOf(Ask()), "TENANT_RATE_LIMITED");
  // The connection's loop takes new settings a moment later.
  const auto is_served = [&] { return Ask().ok(); };
  EXPECT_EQ(gateway_.Reload(With("limits: {rpd: 3}")), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually(is_served));
  EXPECT_EQ(ReasonOf(Ask()), "TENANT_RATE_LIMITED");
  EXPECT_EQ(gateway_.Reload(With("limits: {}")), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually(is_served));
}

}  // namespace
}  // namespace inferwire::e2e
