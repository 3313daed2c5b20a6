// A second attempt beside a late one over real sockets: who answers, how soon the other one is
// given up, and what it costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "inferwire/v1/routes_service.grpc.pb.h"
#include "routed.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr auto kGivenUp = 100ms;
constexpr auto kPatience = 30s;

std::function<void(config::Config&)> Hedged(const std::string& after, int most) {
  return [=](config::Config& config) { config.routes[0].hedge = config::HedgeConfig{after, most}; };
}

v1::RoutePreferences Wish() {
  v1::RoutePreferences wish;
  wish.set_hedge(true);
  return wish;
}

// Of the first target of "chat".
class HedgeTest : public testing::Test {
 protected:
  // Half of the calls may have one, so two calls are enough for the first.
  void SaveUp(int calls = 2) {
    v1::CompleteResponse response;
    for (int i = 0; i < calls; ++i) ASSERT_TRUE(routed.Complete(response).ok());
  }
  simulator::Simulator& first() { return routed.gateway().upstream(); }
  void FirstDoes(const std::string& what, uint64_t every = 1) {
    simulator::Rule rule;
    rule.every = every;
    rule.set = what;
    ASSERT_TRUE(first().SetRules({rule}));
  }
  static void SecondDoes(Routed& of, const std::string& what) {
    simulator::Rule rule;
    rule.set = what;
    ASSERT_TRUE(of.second().SetRules({rule}));
  }
  double Hedges(bool won) {
    return routed.gateway().Metric(std::string("inferwire_hedges_total{route=\"chat\",won=\"") +
                                   (won ? "true" : "false") + "\"}");
  }
  // Its connection was closed so soon after this.
  static void ExpectGivenUp(simulator::Simulator& upstream, steady_clock::time_point since) {
    ASSERT_TRUE(upstream.WaitFor([](const Stats& stats) { return stats.aborts == 1; }, kPatience));
    EXPECT_LE(*upstream.stats().last_abort, since + kGivenUp);
  }

  Routed routed{"", Hedged("50ms", 50)};
};

TEST_F(HedgeTest, ACallToAnUpstreamThatHangsIsAnsweredByTheNext) {
  SaveUp();
  FirstDoes("stall");
  v1::CompleteResponse response;
  const grpc::Status status = routed.Complete(response, Wish());
  const auto answered = steady_clock::now();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ExpectGivenUp(first(), answered);
  const v1::GatewayInfo& info = response.gateway();
  EXPECT_EQ(info.upstream(), "second");
  EXPECT_EQ(info.model(), "gpt-4.1");
  EXPECT_EQ(info.attempts(), 2);
  EXPECT_TRUE(info.route().fallback());
  ASSERT_EQ(info.attempt_log_size(), 2);
  EXPECT_EQ(info.attempt_log(0).upstream(), "first");
  EXPECT_EQ(info.attempt_log(0).reason(), "CANCELLED");
  EXPECT_TRUE(info.attempt_log(0).may_be_billed());
  EXPECT_EQ(info.attempt_log(1).upstream(), "second");
  EXPECT_EQ(info.attempt_log(1).cause(), "HEDGE");
  EXPECT_EQ(info.attempt_log(1).reason(), "");
  EXPECT_EQ(Hedges(true), 1);
  EXPECT_EQ(Hedges(false), 0);
}

TEST_F(HedgeTest, AStreamIsTheFirstOnesToBegin) {
  const std::string text = routed.Stream().text;
  SaveUp();
  FirstDoes("stall");
  const StreamResult stream = routed.Stream("chat", Wish());
  const auto answered = steady_clock::now();
  ASSERT_TRUE(stream.status.ok()) << stream.status.error_message();
  EXPECT_FALSE(stream.text.empty());
  EXPECT_EQ(stream.events.front().started().gateway().upstream(), "second");
  EXPECT_EQ(stream.events.back().completed().gateway().attempt_log_size(), 2);
  EXPECT_EQ(std::ranges::count_if(stream.events, [](const auto& e) { return e.has_started(); }), 1);
  ExpectGivenUp(first(), answered);
}

TEST_F(HedgeTest, TheFirstAttemptAnswersIfItIsQuickerAfterAll) {
  SaveUp();
  FirstDoes("ttft=300ms");
  SecondDoes(routed, "stall");
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response, Wish()).ok());
  const auto answered = steady_clock::now();
  EXPECT_EQ(response.gateway().upstream(), "first");
  ExpectGivenUp(routed.second(), answered);
  ASSERT_EQ(response.gateway().attempt_log_size(), 2);
  EXPECT_EQ(response.gateway().attempt_log(0).reason(), "");
  EXPECT_EQ(response.gateway().attempt_log(1).reason(), "CANCELLED");
  EXPECT_EQ(Hedges(false), 1);
}

TEST_F(HedgeTest, WhatTheOtherOneMayCostIsNoted) {
  SaveUp();
  FirstDoes("stall");
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response, Wish()).ok());
  EXPECT_GT(response.gateway().cost().total_picousd(), 0);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return routed.gateway().log().find("\"hedge\":\"won\"") != std::string::npos; }));
  EXPECT_THAT(routed.gateway().log(), HasSubstr("\"maybe_billed\":\"CANCELLED\""));
  EXPECT_EQ(routed.gateway().Metric(
                R"(inferwire_maybe_billed_requests_total{gen_ai_operation_name="chat",)"
                R"(gen_ai_provider_name="first",gen_ai_request_model="gpt-4.1-mini",)"
                R"(reason="CANCELLED"})"),
            1);
}

TEST_F(HedgeTest, NothingIsSentTwiceWithoutBothOptIns) {
  Routed unconfigured("stall");
  v1::CompleteResponse response;
  EXPECT_EQ(unconfigured.Complete(response, Wish(), "chat", 500ms).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(unconfigured.second_requests(), 0u);

  SaveUp();
  FirstDoes("stall");
  EXPECT_EQ(routed.Complete(response, {}, "chat", 500ms).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(routed.second_requests(), 0u);
}

TEST_F(HedgeTest, WhatIsStoredIsSentOnce) {
  SaveUp();
  FirstDoes("ttft=200ms");
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "chat");
  request.mutable_params()->set_store(true);
  *request.mutable_options()->mutable_route() = Wish();
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.gateway().chat().Complete(NewContext().get(), request, &response).ok());
  EXPECT_EQ(routed.second_requests(), 0u);
}

TEST_F(HedgeTest, ACancelClosesBothConnections) {
  SaveUp();
  FirstDoes("stall");
  SecondDoes(routed, "stall");
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "chat");
  *request.mutable_options()->mutable_route() = Wish();
  auto context = NewContext(10 * kPatience);
  auto call = std::async(std::launch::async, [&] {
    v1::CompleteResponse response;
    return routed.gateway().chat().Complete(context.get(), request, &response);
  });
  ASSERT_TRUE(
      routed.second().WaitFor([](const Stats& stats) { return stats.requests == 1; }, kPatience));
  const auto cancelled = steady_clock::now();
  context->TryCancel();
  ExpectGivenUp(first(), cancelled);
  ExpectGivenUp(routed.second(), cancelled);
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(HedgeTest, TheDeadlineClosesBothConnections) {
  SaveUp();
  FirstDoes("stall");
  SecondDoes(routed, "stall");
  v1::CompleteResponse response;
  EXPECT_EQ(routed.Complete(response, Wish(), "chat", 1s).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  const auto ended = steady_clock::now();
  EXPECT_EQ(routed.second_requests(), 1u);
  ExpectGivenUp(first(), ended);
  ExpectGivenUp(routed.second(), ended);
}

// One of twenty calls takes a second, and a fifth of the calls may be sent twice.
TEST(HedgeTail, IsShorterForNoMoreThanItsPartOfTheCalls) {
  constexpr size_t kCalls = 100;
  const auto p99 = [](bool hedged) {
    Routed routed("", Hedged("50ms", 20));
    simulator::Rule rule;
    rule.every = 20;
    rule.set = "ttft=1s";
    EXPECT_TRUE(routed.gateway().upstream().SetRules({rule}));
    std::vector<steady_clock::duration> took;
    for (size_t i = 0; i < kCalls; ++i) {
      const auto begun = steady_clock::now();
      v1::CompleteResponse response;
      EXPECT_TRUE(routed.Complete(response, hedged ? Wish() : v1::RoutePreferences()).ok());
      took.push_back(steady_clock::now() - begun);
    }
    EXPECT_LE(routed.first_requests() + routed.second_requests(), kCalls + kCalls / 5);
    EXPECT_EQ(routed.second_requests() > 0, hedged);
    std::ranges::sort(took);
    return took[kCalls * 99 / 100 - 1];
  };
  EXPECT_GE(p99(false), 1s);
  EXPECT_LE(p99(true), 700ms);
}

// By what the target's answers take: after twenty of them.
TEST(HedgeTail, IsCutWhereNineteenOfTwentyWereQuicker) {
  Routed routed("", [](config::Config& config) {
    config.server.loops = 1;  // which has seen them all
    Hedged("p95", 50)(config);
  });
  v1::CompleteResponse response;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(routed.Complete(response, Wish()).ok());
  simulator::Rule rule;
  rule.set = "stall";
  ASSERT_TRUE(routed.gateway().upstream().SetRules({rule}));
  ASSERT_TRUE(routed.Complete(response, Wish()).ok());
  EXPECT_EQ(response.gateway().upstream(), "second");
}

TEST_F(HedgeTest, IsToldOfItsRouteAndToWhoAsksForIt) {
  const auto stub = v1::RoutesService::NewStub(routed.gateway().NewChannel());
  v1::ListRoutesResponse list;
  ASSERT_TRUE(stub->ListRoutes(NewContext().get(), {}, &list).ok());
  EXPECT_EQ(list.routes(0).hedge().most(), 50);
  EXPECT_EQ(list.routes(0).hedge().after().nanos(), 50'000'000);
  v1::ExplainRouteRequest request;
  *request.mutable_params() = Prompt("hi", "chat");
  v1::ExplainRouteResponse explained;
  ASSERT_TRUE(stub->ExplainRoute(NewContext().get(), request, &explained).ok());
  EXPECT_FALSE(explained.has_hedge());
  request.mutable_options()->mutable_route()->set_hedge(true);
  ASSERT_TRUE(stub->ExplainRoute(NewContext().get(), request, &explained).ok());
  EXPECT_EQ(explained.hedge().most(), 50);
}

}  // namespace
}  // namespace inferwire::e2e
