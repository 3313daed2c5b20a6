// What becomes of a call whose first target fails, over real sockets: the next one answers, unless
// output has reached the caller or nobody may ask twice.
#include <gtest/gtest.h>

#include "reloadable.h"
#include "routed.h"
#include "support/scripted_server.h"

namespace inferwire::e2e {
namespace {

using Configure = std::function<void(config::Config&)>;

Configure Resend(config::Resend resend) {
  return [resend](config::Config& config) {
    config.routes[0].resend = resend;
    for (auto& upstream : config.upstreams) upstream.timeouts.first_byte = 20s;
  };
}

struct Case {
  const char* name;
  const char* words;
  config::Resend resend;
  int http_status;
  const char* reason;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class Fallback : public testing::TestWithParam<Case> {
 protected:
  static void Check(const v1::GatewayInfo& info) {
    EXPECT_EQ(info.upstream(), "second");
    EXPECT_EQ(info.model(), "gpt-4.1");
    EXPECT_EQ(info.attempts(), 2);
    EXPECT_EQ(info.route().route(), "chat");
    EXPECT_TRUE(info.route().fallback());
    EXPECT_EQ(info.route().group(), 2);
    ASSERT_EQ(info.attempt_log_size(), 2);
    const v1::AttemptInfo& failed = info.attempt_log(0);
    EXPECT_EQ(failed.upstream(), "first");
    EXPECT_EQ(failed.http_status(), GetParam().http_status);
    EXPECT_EQ(failed.reason(), GetParam().reason);
    EXPECT_EQ(failed.cause(), "FIRST");
    EXPECT_EQ(failed.may_be_billed(), GetParam().resend != config::Resend::kRefused);
    EXPECT_EQ(info.attempt_log(1).upstream(), "second");
    EXPECT_EQ(info.attempt_log(1).reason(), "");
    EXPECT_EQ(info.attempt_log(1).cause(), "NEXT_TARGET");
  }
};

TEST_P(Fallback, OfAUnaryCall) {
  Routed routed(GetParam().words, Resend(GetParam().resend));
  v1::CompleteResponse response;
  const auto status = routed.Complete(response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  Check(response.gateway());
  EXPECT_EQ(response.completion().choices_size(), 1);
  EXPECT_EQ(routed.first_requests(), 1u);
  EXPECT_EQ(routed.second_requests(), 1u);
}

TEST_P(Fallback, OfAStreamThatHasNotBegun) {
  Routed routed(GetParam().words, Resend(GetParam().resend));
  const StreamResult result = routed.Stream();
  ASSERT_TRUE(result.status.ok()) << result.status.error_message();
  ASSERT_GE(result.events.size(), 2u);
  EXPECT_TRUE(result.events.front().has_started());
  EXPECT_EQ(result.events.front().started().gateway().upstream(), "second");
  Check(result.events.back().completed().gateway());
  EXPECT_FALSE(result.text.empty());
  EXPECT_EQ(routed.first_requests(), 1u);
  EXPECT_EQ(routed.second_requests(), 1u);
}

TEST_P(Fallback, NotIfLessIsAllowed) {
  if (GetParam().resend == config::Resend::kRefused) return;
  Routed routed(GetParam().words, Resend(config::Resend::kRefused));
  v1::CompleteResponse response;
  const auto info = InfoOf(routed.Complete(response));
  EXPECT_EQ(info.reason(), GetParam().reason);
  EXPECT_EQ(info.metadata().at("route"), "chat");
  EXPECT_EQ(routed.second_requests(), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Fallback,
    testing::Values(
        Case{"RateLimited", "status=429", config::Resend::kRefused, 429, "RATE_LIMITED"},
        Case{"NoMoney", "status=429+code=insufficient_quota", config::Resend::kRefused, 429,
             "INSUFFICIENT_QUOTA"},
        Case{"Unauthorized", "status=401", config::Resend::kRefused, 401,
             "UPSTREAM_CREDENTIALS_REJECTED"},
        Case{"ServerError", "status=500", config::Resend::kFailed, 500, "UPSTREAM_ERROR"},
        Case{"Unavailable", "status=503", config::Resend::kRefused, 503, "UPSTREAM_OVERLOADED"},
        Case{"ErrorIn200", "error_in_200", config::Resend::kFailed, 200, "UPSTREAM_ERROR"},
        Case{"Reset", "reset", config::Resend::kAnything, 0, "UPSTREAM_UNREACHABLE"},
        Case{"CutBeforeOutput", "reset_after=3", config::Resend::kAnything, 200,
             "STREAM_TRUNCATED"},
        Case{"Html", "garbage=html", config::Resend::kAnything, 200, "UPSTREAM_PROTOCOL"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Routes, GoOnWhereNobodyListens) {
  int port = 0;
  {
    const http::Listener closed;
    port = closed.port();
  }
  Routed routed("", [&](config::Config& config) {
    config.upstreams[0].base_url = "http://127.0.0.1:" + std::to_string(port) + "/v1";
    config.routes[0].resend = config::Resend::kRefused;
  });
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response).ok());
  EXPECT_EQ(response.gateway().upstream(), "second");
  EXPECT_EQ(response.gateway().attempt_log(0).reason(), "UPSTREAM_UNREACHABLE");
  EXPECT_FALSE(response.gateway().attempt_log(0).may_be_billed());
}

TEST(Routes, ABlackHoleTakesHalfOfTheTime) {
  Routed routed("stall", Resend(config::Resend::kAnything));
  v1::CompleteResponse response;
  const auto status = routed.Complete(response, {}, "chat", 4s);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.gateway().upstream(), "second");
  const v1::AttemptInfo& failed = response.gateway().attempt_log(0);
  EXPECT_EQ(failed.reason(), "UPSTREAM_TIMEOUT");
  EXPECT_TRUE(failed.may_be_billed());
  // The failed attempt's possible bill is told apart from what the answer cost.
  EXPECT_EQ(routed.gateway().Metric(
                R"(inferwire_maybe_billed_requests_total{gen_ai_operation_name="chat",)"
                R"(gen_ai_provider_name="first",gen_ai_request_model="gpt-4.1-mini+stall",)"
                R"(reason="UPSTREAM_TIMEOUT"})"),
            1);
}

TEST(Routes, TheAnswerCostsWhatItsTargetAsks) {
  Routed routed("status=500");
  v1::CompleteResponse fallback;
  ASSERT_TRUE(routed.Complete(fallback).ok());
  Routed direct;
  v1::CompleteResponse at_second;
  v1::RoutePreferences wish;
  wish.set_upstream("second");
  ASSERT_TRUE(direct.Complete(at_second, wish).ok());
  v1::CompleteResponse at_first;
  ASSERT_TRUE(direct.Complete(at_first).ok());
  const v1::Cost& cost = fallback.gateway().cost();
  ASSERT_GT(cost.total_picousd(), 0) << cost.unpriced_reason();
  EXPECT_EQ(cost.input_picousd(), at_second.gateway().cost().input_picousd());
  EXPECT_NE(cost.input_picousd(), at_first.gateway().cost().input_picousd());
}

TEST(Routes, TheAnswerCostsWhatItsUpstreamOffers) {
  Routed routed("", [](config::Config& config) {
    config.routes[0].targets[1].model = "gpt-4.1-mini";
    catalogue::Model model;
    model.id = "gpt-4.1-mini";
    model.prices = {{"standard", 1'000'000, {}, 2'000'000}};
    model.offers.emplace_back().upstream = "second";
    model.offers[0].prices = {{"standard", 3'000'000, {}, 4'000'000}};
    config.catalogue.content =
        std::make_shared<const catalogue::Catalogue>("r1", std::vector{model});
  });
  v1::RoutePreferences wish;
  for (const int64_t price : {1'000'000, 3'000'000}) {
    v1::CompleteResponse response;
    ASSERT_TRUE(routed.Complete(response, wish).ok());
    const v1::Cost& cost = response.gateway().cost();
    EXPECT_EQ(cost.input_picousd(), response.completion().usage().input_tokens() * price)
        << cost.unpriced_reason();
    wish.set_upstream("second");
  }
}

TEST(Routes, TheCheapestOfferTakesTheCalls) {
  Routed routed("", [](config::Config& config) {
    config.routes[0].strategy = config::RouteStrategy::kCheapest;
    for (auto& target : config.routes[0].targets) {
      target.model = "gpt-4.1-mini";
      target.group = 1;
    }
    catalogue::Model model;
    model.id = "gpt-4.1-mini";
    model.prices = {{"standard", 1'000'000, {}, 2'000'000}};
    model.offers.emplace_back().upstream = "second";
    model.offers[0].prices = {{"standard", 500'000, {}, 2'000'000}};
    config.catalogue.content =
        std::make_shared<const catalogue::Catalogue>("r1", std::vector{model});
  });
  v1::CompleteRequest request;
  // Long enough for the price of the input to tell.
  *request.mutable_params() = Prompt(std::string(40'000, 'x'), "chat");
  for (int i = 0; i < 5; ++i) {
    v1::CompleteResponse response;
    ASSERT_TRUE(routed.gateway().chat().Complete(NewContext().get(), request, &response).ok());
    EXPECT_EQ(response.gateway().upstream(), "second");
  }
}

TEST(Routes, AStreamThatHasBegunEndsWhereItIs) {
  for (const char* words :
       {"tokens=20+error_in_stream=5", "tokens=20+truncate", "tokens=20+reset_after=2000"}) {
    SCOPED_TRACE(words);
    Routed routed(words, Resend(config::Resend::kAnything));
    const StreamResult result = routed.Stream();
    EXPECT_FALSE(result.status.ok());
    EXPECT_EQ(InfoOf(result.status).metadata().at("phase"), "after_output");
    EXPECT_EQ(routed.second_requests(), 0u);
  }
}

TEST(Routes, AnErrorSaysWhatWasTried) {
  Routed routed("status=500", {}, "status=503");
  v1::CompleteResponse response;
  const auto info = InfoOf(routed.Complete(response));
  EXPECT_EQ(info.reason(), "UPSTREAM_OVERLOADED");
  EXPECT_TRUE(info.metadata().at("tried").starts_with("first/500,second/503"))
      << info.metadata().at("tried");
  EXPECT_EQ(info.metadata().at("route"), "chat");
  EXPECT_EQ(info.metadata().at("upstream"), "second");
}

TEST(Routes, WhatIsAskedWithoutAKeyIsLeftAloneAtItsLimitToo) {
  Routed routed("status=429+retry_after=60");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(routed.Answerer(), "second");
  EXPECT_EQ(routed.first_requests(), 1u);
}

// Two upstreams with a key each; the first one's is at its limit.
TEST(RoutesReload, ASingleKeysRestOutlastsAChangeOfTheConfigurationAndEndsWithANewSecret) {
  Reloadable gateway(/*watch=*/false);
  const std::string folder = gateway.folder().string();
  const auto config = [&](const std::string& more) {
    const auto upstream = [&](const std::string& name) {
      return "  - {name: " + name + ", base_url: \"" + gateway.upstream().base_url() +
             "\", allow_plain_http: true, models: [" + name + "], api_key: {file: " + folder + "/" +
             name + "}}\n";
    };
    return gateway.Head() + "upstreams:\n" + upstream("one") + upstream("two") +
           "routes:\n  - name: chat\n    targets: [{upstream: one, model: m}, {upstream: two, "
           "model: m, group: 2}]\n" +
           more;
  };
  gateway.Write("one", "sk-limited");
  gateway.Write("two", "sk-well");
  ASSERT_TRUE(
      gateway.upstream().SetRules({{.key = "sk-limited", .set = "status=429; retry_after=600"}}));
  gateway.Start(config(""));
  const auto stub = gateway.NewStub();
  const auto answerer = [&] {
    v1::CompleteResponse response;
    return CallOnce(*stub, "chat", &response).ok() ? response.gateway().upstream() : "";
  };
  EXPECT_EQ(answerer(), "two");
  EXPECT_EQ(gateway.upstream().stats().requests, 2u);
  ASSERT_EQ(gateway.Reload(config("log: {calls: false}\n")), telemetry::ReloadResult::kApplied);
  EXPECT_EQ(answerer(), "two");
  EXPECT_EQ(gateway.upstream().stats().requests, 3u);
  gateway.Write("one", "sk-new");
  gateway.server().Reload();
  EXPECT_EQ(answerer(), "one");
}

TEST(Routes, ItemsOfAStreamOfManyGoTheirOwnWays) {
  Routed routed("status=500");
  auto context = NewContext();
  auto stream = routed.gateway().chat().CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config();
  stream->Write(message);
  for (const char* id : {"1", "2", "3"}) {
    v1::CompleteManyRequest item;
    item.mutable_item()->set_item_id(id);
    *item.mutable_item()->mutable_params() = Prompt("hi", "chat");
    stream->Write(item);
  }
  stream->WritesDone();
  int answered = 0;
  for (v1::CompleteManyResponse event; stream->Read(&event);) {
    if (!event.has_result()) continue;
    ASSERT_TRUE(event.result().has_completion()) << event.result().error().message();
    EXPECT_EQ(event.result().gateway().upstream(), "second");
    EXPECT_EQ(event.result().gateway().route().route(), "chat");
    ++answered;
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answered, 3);
}

}  // namespace
}  // namespace inferwire::e2e
