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

// What is known of the models, as the upstreams offer them.
class ExplainFacts : public ExplainRouteTest {
 protected:
  void Know(std::vector<catalogue::Model> models, bool strict = false) {
    known_.Replace(std::make_shared<const catalogue::Catalogue>("r", std::move(models), strict));
    world_.router.TakeModelInfoFrom(known_);
  }
  static catalogue::Model Model(const std::string& id) {
    catalogue::Model model;
    model.id = id;
    model.context_window = 100'000;
    return model;
  }

  catalogue::Snapshot known_{
      std::make_shared<const catalogue::Catalogue>("none", std::vector<catalogue::Model>())};
};

TEST_F(ExplainFacts, TakesTheOfferOfEachTargetsUpstream) {
  catalogue::Model model = Model("gpt-5");
  model.offers.resize(2);
  model.offers[0].upstream = "openai";
  model.offers[0].features = {{"function_calling", false}};
  model.offers[1].upstream = "azure";
  model.offers[1].max_output = 500;
  Know({model});
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 openai ONLY", "2 azure ONLY"));
  request_.mutable_params()->add_tools();
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 azure ONLY", "0 openai FEATURE_MISSING"));
  request_.mutable_params()->set_max_completion_tokens(501);
  EXPECT_THAT(Lines(Explain()),
              ElementsAre("0 openai FEATURE_MISSING", "0 azure CONTEXT_TOO_SMALL"));
  EXPECT_EQ(Explain().reason(), "MODEL_LACKS_FEATURE");
  request_.mutable_params()->clear_tools();
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 openai ONLY", "0 azure CONTEXT_TOO_SMALL"));
}

TEST_F(ExplainFacts, PassesByATargetWhoseWindowTheTextCannotFit) {
  catalogue::Model model = Model("gpt-5");
  model.offers.emplace_back().upstream = "openai";
  model.offers[0].context_window = 1000;
  Know({model});
  // Not a single space: nothing but its length tells.
  v1::ChatMessage& message = *request_.mutable_params()->mutable_messages(0);
  message.set_content(std::string(8007, 'x'));
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 openai ONLY", "2 azure ONLY"));
  message.set_content(std::string(8008, 'x'));
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 azure ONLY", "0 openai CONTEXT_TOO_SMALL"));
  message.set_content(std::string(800'008, 'x'));
  EXPECT_EQ(Explain().reason(), "CONTEXT_LENGTH_EXCEEDED");
}

TEST_F(ExplainFacts, AStrictCatalogueExcludesOnlyWhatItDoesNotHave) {
  Know({Model("deployment")}, /*strict=*/true);
  EXPECT_THAT(Lines(Explain()), ElementsAre("1 azure ONLY", "0 openai NOT_SERVED"));
  wish().set_upstream("openai");
  EXPECT_EQ(Explain().reason(), "MODEL_LACKS_FEATURE");
  auto destination = world_.router.ForModel("gpt-5");
  ASSERT_TRUE(destination);
  EXPECT_EQ(destination->upstream->name(), "azure");
  Know({}, /*strict=*/true);
  wish().clear_upstream();
  EXPECT_EQ(Explain().reason(), "MODEL_NOT_FOUND");
  EXPECT_FALSE(world_.router.ForModel("gpt-5"));
}

// Its id does not say where it lies: uploads that name no upstream go to the default one.
TEST_F(ExplainRouteTest, AFileStaysWhereItMostLikelyLies) {
  world_.Add("files", {}, {}, {"eu"}, {}, /*is_default=*/true);
  upstream::Route route;
  route.name = "docs";
  for (const char* name : {"azure", "openai", "files"}) {
    route.targets.push_back({.upstream = world_.router.Find(name), .model = "m", .tags = {}});
  }
  world_.router.AddRoute(std::move(route));
  request_.mutable_params()->set_model("docs");
  EXPECT_EQ(Explain().candidates(1).order(), 2);
  v1::ChatMessage& message = *request_.mutable_params()->add_messages();
  message.add_content_parts()->mutable_file()->set_file_id("file-1");
  EXPECT_THAT(Lines(Explain()),
              ElementsAre("1 files PINNED", "0 azure EXCLUDED", "0 openai EXCLUDED"));
  // The caller knows better.
  wish().set_upstream("openai");
  EXPECT_EQ(Lines(Explain())[0], "1 openai PINNED");
  wish().clear_upstream();
  wish().add_exclude_upstreams("files");
  EXPECT_EQ(Lines(Explain())[0], "1 azure PINNED") << "the first that is left";
  wish().clear_exclude_upstreams();
  wish().add_require_tags("us");
  EXPECT_EQ(Lines(Explain())[0], "1 openai PINNED");
}

TEST_F(ExplainRouteTest, RefusesARequestWithoutAModel) {
  request_.mutable_params()->clear_model();
  const auto response = ExplainRoute(request_, world_.runtime, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fields.front().field, "params.model");
}

}  // namespace
}  // namespace inferwire::endpoints
