// What operators see of routes and do to them, on a server that runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "inferwire/v1/routes_service.grpc.pb.h"
#include "reloadable.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

class RouteAdmin : public testing::Test {
 protected:
  // The route's targets are one simulator by two names.
  std::string Config(bool route_admin, const std::string& more = "") const {
    const std::string upstream = ", base_url: \"" + gateway_.upstream().base_url() +
                                 "\", allow_plain_http: true, api_key: none}\n";
    return "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", loops: 2, route_admin: " +
           std::string(route_admin ? "true" : "false") + "}\nreload: {watch: false}\n" +
           "upstreams:\n  - {name: one" + upstream + "  - {name: two" + upstream +
           "routes:\n  - name: gpt-4.1\n    targets: [{upstream: one}, {upstream: two, group: "
           "2}]\n" +
           more;
  }

  void Start(bool route_admin) {
    gateway_.Start(Config(route_admin));
    channel_ = gateway_.NewChannel();
    admin_ = v1::RouteAdminService::NewStub(channel_);
    chat_ = v1::ChatService::NewStub(channel_);
  }

  grpc::Status DrainOne() {
    v1::DrainRequest request;
    request.mutable_place()->set_upstream("one");
    v1::DrainResponse response;
    return admin_->Drain(NewContext().get(), request, &response);
  }

  std::string Answerer() {
    v1::CompleteResponse response;
    const grpc::Status status = CallOnce(*chat_, "gpt-4.1", &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.gateway().upstream();
  }

  mutable Reloadable gateway_{/*watch=*/false};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RouteAdminService::Stub> admin_;
  std::unique_ptr<v1::ChatService::Stub> chat_;
};

TEST_F(RouteAdmin, ADrainTurnsCallsAwayAndOutlivesAReload) {
  Start(/*route_admin=*/true);
  EXPECT_EQ(Answerer(), "one");
  const grpc::Status drained = DrainOne();
  ASSERT_TRUE(drained.ok()) << drained.error_message();
  EXPECT_EQ(Answerer(), "two");
  ASSERT_EQ(gateway_.Reload(Config(true, "limits: {max_in_flight: 777}\n")),
            telemetry::ReloadResult::kApplied);
  EXPECT_EQ(Answerer(), "two");
  const std::string page = gateway_.server().MetricsPage(false);
  EXPECT_THAT(page, HasSubstr("inferwire_places{gen_ai_provider_name=\"one\",kind=\"endpoint\","
                              "state=\"drained\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("inferwire_route_targets{route=\"gpt-4.1\",state=\"drained\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("inferwire_route_answers_total{fallback=\"false\","
                              "gen_ai_provider_name=\"two\",route=\"gpt-4.1\"} 2\n"));
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway_.log().find("\"event\":\"place_changed\"") != std::string::npos; }));
  v1::UndrainResponse undrained;
  EXPECT_TRUE(admin_->Undrain(NewContext().get(), {}, &undrained).ok());
  EXPECT_EQ(Answerer(), "one");
}

TEST_F(RouteAdmin, IsClosedByDefault) {
  Start(/*route_admin=*/false);
  const grpc::Status refused = DrainOne();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(Answerer(), "one");
}

TEST_F(RouteAdmin, AnybodyMayAskWhereACallWouldGo) {
  Start(/*route_admin=*/false);
  v1::ExplainRouteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1");
  v1::ExplainRouteResponse response;
  const auto stub = v1::RoutesService::NewStub(channel_);
  ASSERT_TRUE(stub->ExplainRoute(NewContext().get(), request, &response).ok());
  ASSERT_EQ(response.candidates_size(), 2);
  EXPECT_EQ(response.candidates(0).target().upstream(), "one");
  EXPECT_EQ(response.candidates(1).order(), 2);
}

}  // namespace
}  // namespace inferwire::e2e
