#include "endpoints/routes/explain_route.h"

#include "world.h"

namespace inferwire::endpoints {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ExplainRouteTest : public testing::Test {
 protected:
  ExplainRouteTest() {
    request_.mutable_params()->set_model("gpt-5");
    v1::ChatMessage& message = *request_.mutable_params()->add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("Hi");
  }

  v1::RoutePreferences& wish() { return *request_.mutable_options()->mutable_route(); }

  v1::ExplainRouteResponse Explain() {
    auto response = ExplainRoute(request_, world_.runtime, {});
    EXPECT_TRUE(response);
    return response ? *response : v1::ExplainRouteResponse();
  }

  // "1 openai ONLY"
  static std::vector<std::string> Lines(const v1::ExplainRouteResponse& response) {
    std::vector<std::string> lines;
    for (const v1::Candidate& candidate : response.candidates()) {
      lines.push_back(std::to_string(candidate.order()) + ' ' + candidate.target().upstream() +
                      ' ' + candidate.why());
    }
    return lines;
  }

  RoutesWorld world_;
  v1::ExplainRouteRequest request_;
};

TEST_F(ExplainRouteTest, TellsTheOrderOfTheTries) {
  const v1::ExplainRouteResponse response = Explain();
  EXPECT_EQ(response.route(), "gpt-5");
  EXPECT_EQ(response.strategy(), "weighted");
  EXPECT_THAT(Lines(response), ElementsAre("1 openai ONLY", "2 azure ONLY"));
  EXPECT_EQ(response.reason(), "");
}

TEST_F(ExplainRouteTest, TakesNoPlace) {
  Explain();
  EXPECT_EQ(world_.Endpoint("openai").in_flight(), 0);
  EXPECT_EQ(world_.Endpoint("azure").in_flight(), 0);
  EXPECT_TRUE(world_.transport.transfers.empty());
}

TEST_F(ExplainRouteTest, TellsWhatSpeaksAgainstATarget) {
  world_.Endpoint("openai").Drain(world_.now() + std::chrono::hours(1), world_.now());
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 azure ONLY", "0 openai DRAINED"));
  world_.Endpoint("openai").Undrain(world_.now());
  wish().add_require_tags("eu");
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 azure ONLY", "0 openai TAG_MISSING"));
}

TEST_F(ExplainRouteTest, TellsThatTheCallWantsNoFallback) {
  wish().set_allow_fallback(false);
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 openai ONLY", "0 azure NO_FALLBACK"));
  wish().set_upstream("azure");
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 azure PINNED", "0 openai EXCLUDED"));
}

TEST_F(ExplainRouteTest, TellsTheErrorIfNothingWouldBeTried) {
  wish().add_require_tags("mars");
  v1::ExplainRouteResponse response = Explain();
  EXPECT_THAT(Lines(response), ElementsAre("0 openai TAG_MISSING", "0 azure TAG_MISSING"));
  EXPECT_EQ(response.reason(), "NO_TARGET_WITH_TAGS");
  EXPECT_THAT(response.message(), HasSubstr("mars"));
  request_.clear_options();
  world_.Break(world_.Endpoint("openai"));
  world_.Break(world_.Endpoint("azure"));
  response = Explain();
  EXPECT_THAT(Lines(response), ElementsAre("0 openai OUT", "0 azure OUT"));
  EXPECT_EQ(response.reason(), "CIRCUIT_OPEN");
}

TEST_F(ExplainRouteTest, ExplainsAModelWithoutARouteToo) {
  request_.mutable_params()->set_model("gpt-4.1");
  v1::ExplainRouteResponse response = Explain();
  EXPECT_EQ(response.route(), "gpt-4.1");
  EXPECT_EQ(response.strategy(), "");
  EXPECT_THAT(Lines(response), ElementsAre("1 openai ONLY"));
  EXPECT_EQ(response.candidates(0).target().places_size(), 2) << "endpoint and model";
  world_.Break(world_.Endpoint("openai"));
  response = Explain();
  EXPECT_THAT(Lines(response), ElementsAre("0 openai OUT"));
  EXPECT_EQ(response.reason(), "CIRCUIT_OPEN");
  request_.mutable_params()->set_model("unknown");
  response = Explain();
  EXPECT_EQ(response.candidates_size(), 0);
  EXPECT_EQ(response.reason(), "MODEL_NOT_FOUND");
}

TEST_F(ExplainRouteTest, NamesTheModelThatAPrefixRouteWouldAskFor) {
  request_.mutable_params()->set_model("claude-4");
  EXPECT_EQ(Explain().candidates(0).target().model(), "claude-4");
}

TEST_F(ExplainRouteTest, RefusesARequestWithoutAModel) {
  request_.mutable_params()->clear_model();
  const auto response = ExplainRoute(request_, world_.runtime, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fields.front().field, "params.model");
}

}  // namespace
}  // namespace inferwire::endpoints
