// inferwire routes.
#include "client/cli_fixture.h"

namespace inferwire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CliRoutes : public testing_support::CliTest {
 protected:
  static v1::RouteTarget Target(const std::string& upstream, int group) {
    v1::RouteTarget target;
    target.set_upstream(upstream);
    target.set_model("gpt-5");
    target.set_group(group);
    target.set_weight(100);
    target.add_places()->set_state(v1::PLACE_STATE_UP);
    v1::PlaceStatus& model = *target.add_places();
    model.mutable_place()->set_model("gpt-5");
    model.set_state(v1::PLACE_STATE_UP);
    model.set_in_flight(7);
    model.set_failed(3);
    model.mutable_time_to_first_byte()->set_nanos(250'000'000);
    return target;
  }

  static v1::Route Route() {
    v1::Route route;
    route.set_name("gpt-5");
    route.set_strategy("weighted");
    *route.add_targets() = Target("openai", 1);
    *route.add_targets() = Target("azure", 2);
    v1::PlaceStatus& model = *route.mutable_targets(1)->mutable_places(1);
    model.set_state(v1::PLACE_STATE_OUT);
    model.set_reason("UPSTREAM_TIMEOUT");
    model.mutable_back_after()->set_seconds(28);
    for (const auto state : {v1::PLACE_STATE_UP, v1::PLACE_STATE_REMOVED}) {
      v1::PlaceStatus& key = *route.mutable_targets(1)->add_places();
      key.mutable_place()->set_key("a");
      key.set_state(state);
    }
    return route;
  }
};

TEST_F(CliRoutes, ListsTargetsWithWhatIsWrongWithThem) {
  gateway_.on_list_routes = [&](const auto& request, auto& response) {
    EXPECT_EQ(request.name(), "");
    *response.add_routes() = Route();
    return grpc::Status::OK;
  };
  for (const auto& args : {std::vector<std::string>{"routes"}, {"routes", "list"}}) {
    const auto done = Run(args);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("gpt-5 (weighted)  openai/gpt-5  1"));
    EXPECT_THAT(done.out, HasSubstr("model out, UPSTREAM_TIMEOUT, back in 28 s; 1 of 2 keys"));
    EXPECT_THAT(done.out, HasSubstr("0.250 s"));
  }
  const auto json = Parse(Run({"routes", "--json"}).out);
  EXPECT_EQ(json["routes"][0]["targets"].size(), 2u);
}

TEST_F(CliRoutes, ListsPlacesWhereNoRouteIsConfigured) {
  gateway_.on_list_routes = [&](const auto&, auto& response) {
    v1::PlaceStatus& status = *response.add_places();
    status.mutable_place()->set_upstream("openai");
    status.mutable_place()->set_key("a");
    status.set_state(v1::PLACE_STATE_COOLING_DOWN);
    return grpc::Status::OK;
  };
  EXPECT_THAT(Run({"routes"}).out, HasSubstr("openai, key a  cooling down"));
}

TEST_F(CliRoutes, AsksForOne) {
  gateway_.on_list_routes = [&](const auto& request, auto&) {
    return testing_support::ToStatus(
        testing_support::RpcStatus({.code = grpc::StatusCode::NOT_FOUND,
                                    .reason = "MODEL_NOT_FOUND",
                                    .message = "no route " + request.name()}));
  };
  const auto done = Run({"routes", "list", "gpt-9"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("no route gpt-9"));
}

TEST_F(CliRoutes, ExplainsARequest) {
  v1::ExplainRouteRequest asked;
  gateway_.on_explain_route = [&](const auto& request, auto& response) {
    asked = request;
    response.set_route("gpt-5");
    response.set_strategy("weighted");
    response.mutable_hedge()->set_most(2);
    v1::Candidate& first = *response.add_candidates();
    *first.mutable_target() = Target("openai", 1);
    first.set_order(1);
    first.set_why("WEIGHT");
    v1::Candidate& other = *response.add_candidates();
    *other.mutable_target() = Target("azure", 2);
    other.set_why("TAG_MISSING");
    return grpc::Status::OK;
  };
  const auto done = Run({"routes", "explain", "gpt-5", "--require-tag", "eu", "--exclude", "local",
                         "--no-fallback", "--hedge", "--prompt", "Why not?"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("route gpt-5 (weighted)\n"
                                  "hedge: at most 2 % of calls, after p95\n"));
  EXPECT_THAT(done.out, HasSubstr("1  openai/gpt-5  1      WEIGHT"));
  EXPECT_THAT(done.out, HasSubstr("-  azure/gpt-5   2      TAG_MISSING"));
  EXPECT_THAT(done.out, Not(HasSubstr("would fail")));
  EXPECT_EQ(asked.params().model(), "gpt-5");
  EXPECT_EQ(asked.params().messages(0).content(), "Why not?");
  const v1::RoutePreferences& wish = asked.options().route();
  EXPECT_THAT(wish.require_tags(), ElementsAre("eu"));
  EXPECT_THAT(wish.exclude_upstreams(), ElementsAre("local"));
  EXPECT_TRUE(wish.has_allow_fallback());
  EXPECT_TRUE(wish.hedge());
}

TEST_F(CliRoutes, SaysWhyARequestWouldFail) {
  gateway_.on_explain_route = [&](const auto&, auto& response) {
    response.set_route("gpt-5");
    response.set_reason("CIRCUIT_OPEN");
    response.set_message("every target of the route gpt-5 is out");
    return grpc::Status::OK;
  };
  const auto done = Run({"routes", "explain", "gpt-5"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("would fail: CIRCUIT_OPEN: every target of the route gpt-5"));
}

TEST_F(CliRoutes, ExplainTakesAModelAndNothingElseForOne) {
  v1::ExplainRouteRequest asked;
  gateway_.on_explain_route = [&](const auto& request, auto&) {
    asked = request;
    return grpc::Status::OK;
  };
  EXPECT_EQ(Run({"routes", "explain", "gpt-5"}).exit_code, 0);
  EXPECT_EQ(asked.params().model(), "gpt-5");
  EXPECT_EQ(asked.params().messages_size(), 1);
  EXPECT_NE(Run({"routes", "explain"}).exit_code, 0);
  EXPECT_NE(Run({"routes", "explain", "gpt-5", "Why is the sky blue?"}).exit_code, 0);
}

TEST_F(CliRoutes, DrainsForATime) {
  v1::DrainRequest asked;
  gateway_.on_drain = [&](const auto& request, auto& response) {
    asked = request;
    v1::PlaceStatus& status = *response.add_places();
    *status.mutable_place() = request.place();
    status.set_state(v1::PLACE_STATE_DRAINED);
    *status.mutable_back_after() = request.ttl();
    return grpc::Status::OK;
  };
  const auto done =
      Run({"routes", "drain", "--upstream", "openai", "--model", "gpt-5", "--ttl", "1h"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("openai/gpt-5  drained, back in 3600 s"));
  EXPECT_EQ(asked.ttl().seconds(), 3600);
  EXPECT_EQ(Run({"routes", "drain", "--upstream", "openai", "--ttl", "90s"}).exit_code, 0);
  EXPECT_EQ(asked.ttl().seconds(), 90);
  EXPECT_EQ(Run({"routes", "drain", "--upstream", "openai"}).exit_code, 0);
  EXPECT_FALSE(asked.has_ttl()) << "the server's";
  EXPECT_EQ(Run({"routes", "drain"}).exit_code, 2) << "of everything";
  EXPECT_EQ(Run({"routes", "drain", "--upstream", "openai", "--ttl", "25h"}).exit_code, 2);
  EXPECT_EQ(Run({"routes", "drain", "--upstream", "openai", "--ttl", "soon"}).exit_code, 2);
}

TEST_F(CliRoutes, UndrainsAndResets) {
  v1::Place undrained, reset;
  gateway_.on_undrain = [&](const auto& request, auto&) {
    undrained = request.place();
    return grpc::Status::OK;
  };
  gateway_.on_reset = [&](const auto& request, auto&) {
    reset = request.place();
    return grpc::Status::OK;
  };
  EXPECT_EQ(Run({"routes", "undrain", "--upstream", "openai"}).exit_code, 0);
  EXPECT_EQ(undrained.upstream(), "openai");
  EXPECT_EQ(Run({"routes", "reset", "--upstream", "openai", "--key", "a"}).exit_code, 0);
  EXPECT_EQ(reset.key(), "a");
  EXPECT_EQ(Run({"routes", "undrain", "--key", "a"}).exit_code, 2);
}

}  // namespace
}  // namespace inferwire
