// A route's shadow over real sockets: it gets its share of the calls, and nobody who calls can
// tell.
#include "upstream/shadow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routed.h"
#include "support/scripted_server.h"

namespace inferwire::e2e {
namespace {

using std::chrono::steady_clock;

// Everything goes to "first", and this share of it to "second" too.
std::function<void(config::Config&)> Shadowed(int percent, const std::string& second_does = "") {
  return [=](config::Config& config) {
    config::RouteConfig& route = config.routes[0];
    route.targets.resize(1);
    route.shadow = {"second", "gpt-4.1" + (second_does.empty() ? "" : '+' + second_does), percent,
                    1000};
  };
}

double Outcomes(Routed& routed, const std::string& outcome) {
  return routed.gateway().Metric("inferwire_shadow_calls_total{outcome=\"" + outcome +
                                 "\",route=\"chat\"}");
}

bool Reaches(Routed& routed, const std::string& outcome, double count) {
  return Gateway::Eventually([&] { return Outcomes(routed, outcome) == count; });
}

double AllOutcomes(Routed& routed) {
  double sum = 0;
  for (const char* outcome :
       {"answered", "failed", "cancelled", "excluded", "full", "busy", "memory", "no_place"}) {
    sum += Outcomes(routed, outcome);
  }
  return sum;
}

TEST(Shadow, TheCallersAnswerAndCostAreTheSameWithIt) {
  Routed alone("", Shadowed(1));
  Routed routed("", Shadowed(100));
  v1::CompleteResponse without, with;
  ASSERT_TRUE(alone.Complete(without).ok());
  ASSERT_TRUE(routed.Complete(with).ok());
  EXPECT_EQ(with.completion().choices(0).message().content(),
            without.completion().choices(0).message().content());
  const v1::GatewayInfo& info = with.gateway();
  EXPECT_EQ(info.upstream(), "first");
  EXPECT_EQ(info.attempts(), 1);
  EXPECT_EQ(info.attempt_log_size(), 1);
  ASSERT_GT(info.cost().total_picousd(), 0);
  EXPECT_EQ(info.cost().total_picousd(), without.gateway().cost().total_picousd());
  const StreamResult stream = routed.Stream();
  EXPECT_TRUE(stream.status.ok());
  EXPECT_EQ(stream.text, alone.Stream().text);

  ASSERT_TRUE(Reaches(routed, "answered", 2)) << Outcomes(routed, "failed");
  EXPECT_EQ(routed.second_requests(), 2u);
  // gpt-4.1 costs five times what gpt-4.1-mini does, whatever it says.
  const double cost = routed.gateway().Metric("inferwire_shadow_cost_usd_total{route=\"chat\"}");
  EXPECT_GT(cost, 2 * 2e-12 * static_cast<double>(info.cost().total_picousd()));
  const std::string labels =
      R"({gen_ai_operation_name="chat",gen_ai_provider_name="second",gen_ai_request_model="gpt-4.1"})";
  EXPECT_EQ(routed.gateway().Metric("inferwire_cost_usd_total" + labels), 0);
  EXPECT_EQ(routed.gateway().Metric(
                R"(inferwire_route_answers_total{fallback="false",gen_ai_provider_name="second",)"
                R"(route="chat"})"),
            0);
}

TEST(Shadow, GetsTheCallsWhoseIdsSaySo) {
  Routed routed("", Shadowed(20));
  upstream::Shadow shadow;
  shadow.percent = 20;
  int expected = 0;
  for (int i = 0; i < 200; ++i) {
    v1::CompleteResponse response;
    ASSERT_TRUE(routed.Complete(response).ok());
    expected += upstream::IsShadowed(shadow, response.gateway().request_id());
  }
  EXPECT_GT(expected, 10);
  EXPECT_TRUE(Gateway::Eventually([&] { return AllOutcomes(routed) == expected; }))
      << AllOutcomes(routed) << " of " << expected;
}

// An upstream of which the test sees the request.
struct Seen {
  Seen()
      : server([this](http::Listener& listener) {
          http::Peer peer = listener.Accept();
          request = peer.ReadRequest();
          const std::string body =
              R"({"id":"x","object":"chat.completion","created":1,"model":"gpt-4.1","choices":[)"
              R"({"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],)"
              R"("usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})";
          peer.Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
          seen.Set();
        }) {}
  std::string Body() const { return request.substr(request.find("\r\n\r\n") + 4); }

  std::string request;
  http::Signal seen;
  http::ScriptedServer server;
};

TEST(Shadow, GetsTheSamePromptUnderAnotherHead) {
  Seen first, second;
  Routed routed("", [&](config::Config& config) {
    Shadowed(100)(config);
    config.upstreams[0].base_url = first.server.Url("http", "/v1");
    config.upstreams[1].base_url = second.server.Url("http", "/v1");
    config.upstreams[1].dialect = "vllm";
  });
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt(std::string(100'000, 'x'), "chat");
  request.mutable_params()->set_max_completion_tokens(7);
  request.mutable_params()->set_temperature(0.5);
  v1::CompleteResponse response;
  const auto status = routed.gateway().chat().Complete(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_TRUE(second.seen.Wait());
  ASSERT_TRUE(Reaches(routed, "answered", 1));
  const std::string ours = first.Body(), theirs = second.Body();
  EXPECT_TRUE(ours.starts_with(R"({"model":"gpt-4.1-mini","max_completion_tokens":7,)"));
  EXPECT_TRUE(theirs.starts_with(R"({"model":"gpt-4.1",)"));
  const size_t tail = ours.find("\"messages\"");
  ASSERT_NE(tail, std::string::npos);
  EXPECT_EQ(theirs.substr(theirs.find("\"messages\"")), ours.substr(tail));
  EXPECT_THAT(second.request, testing::HasSubstr(response.gateway().request_id() + "-shadow"));
}

TEST(Shadow, NeverSeesWhatStaysSomewhereOrIsPinned) {
  Routed routed("", Shadowed(100));
  v1::RoutePreferences wish;
  wish.set_upstream("first");
  EXPECT_EQ(routed.Answerer(wish), "first");
  wish.Clear();
  wish.add_require_tags("eu");
  EXPECT_EQ(routed.Answerer(wish), "first");
  wish.Clear();
  wish.add_exclude_upstreams("second");
  EXPECT_EQ(routed.Answerer(wish), "first");
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "chat");
  request.mutable_params()->set_store(true);
  v1::CompleteResponse response;
  EXPECT_TRUE(routed.gateway().chat().Complete(NewContext().get(), request, &response).ok());
  EXPECT_EQ(Outcomes(routed, "excluded"), 4);
  EXPECT_EQ(AllOutcomes(routed), 4);
  EXPECT_EQ(routed.second_requests(), 0u);
}

TEST(Shadow, MakesNobodyWaitAndEndsWithTheGateway) {
  Routed routed("", [](config::Config& config) {
    Shadowed(100, "stall")(config);
    config.routes[0].shadow->in_flight = 2;
  });
  for (int i = 0; i < 4; ++i) EXPECT_EQ(routed.Answerer(), "first");
  EXPECT_TRUE(Gateway::Eventually([&] { return routed.second_requests() == 2; }));
  EXPECT_EQ(Outcomes(routed, "full") + Outcomes(routed, "busy"), 2);
  const auto begun = steady_clock::now();
  routed.gateway().Stop();
  EXPECT_LT(steady_clock::now() - begun, 10s) << "it waited for an answer that never comes";
}

TEST(Shadow, ItsFailureIsNobodysFailure) {
  Routed routed("", Shadowed(100, "status=500"));
  v1::CompleteResponse response;
  ASSERT_TRUE(routed.Complete(response).ok());
  EXPECT_TRUE(Reaches(routed, "failed", 1));
  EXPECT_EQ(routed.second_requests(), 1u) << "it is not sent again";
}

}  // namespace
}  // namespace inferwire::e2e
