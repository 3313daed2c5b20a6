#include "endpoints/routes/list_routes.h"

#include "world.h"

namespace inferwire::endpoints {
namespace {

using ::testing::ElementsAre;

class ListRoutesTest : public testing::Test {
 protected:
  v1::ListRoutesResponse List(const std::string& name = "") {
    v1::ListRoutesRequest request;
    request.set_name(name);
    auto response = ListRoutes(request, world_.router, world_.now());
    EXPECT_TRUE(response) << name;
    return response ? *response : v1::ListRoutesResponse();
  }

  RoutesWorld world_;
};

TEST_F(ListRoutesTest, HasEveryTargetWithItsPlaces) {
  const v1::ListRoutesResponse list = List();
  ASSERT_EQ(list.routes_size(), 2);
  const v1::Route& route = list.routes(0);
  EXPECT_EQ(route.name(), "gpt-5");
  EXPECT_THAT(route.also(), ElementsAre("best"));
  EXPECT_EQ(route.strategy(), "weighted");
  EXPECT_EQ(route.resend(), v1::RESEND_FAILED);
  ASSERT_EQ(route.targets_size(), 2);
  const v1::RouteTarget& target = route.targets(1);
  EXPECT_EQ(target.upstream(), "azure");
  EXPECT_EQ(target.model(), "deployment");
  EXPECT_EQ(target.group(), 2);
  EXPECT_EQ(target.weight(), 100);
  EXPECT_THAT(target.tags(), ElementsAre("eu", "zdr"));
  ASSERT_EQ(target.places_size(), 4) << "endpoint, model and two keys";
  EXPECT_EQ(target.places(0).place().model(), "");
  EXPECT_EQ(target.places(1).place().model(), "deployment");
  EXPECT_EQ(target.places(3).place().key(), "b");
  EXPECT_EQ(target.places(3).place().upstream(), "azure");
}

TEST_F(ListRoutesTest, HasThePlacesThatNoRouteGoesTo) {
  std::vector<std::string> names;
  const v1::ListRoutesResponse list = List();
  for (const v1::PlaceStatus& status : list.places()) {
    names.push_back(status.place().upstream() + '/' + status.place().model() + '/' +
                    status.place().key());
    EXPECT_EQ(status.state(), v1::PLACE_STATE_UP);
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("azure//", "openai//", "azure/deployment/",
                                                     "openai/gpt-4.1/", "openai/gpt-5/", "azure//a",
                                                     "azure//b"));
}

TEST_F(ListRoutesTest, NamesEachOfSeveralEndpoints) {
  world_.Add("vllm", {"llama"}, {}, {}, {"10.0.0.7:80", "10.0.0.8:80"});
  upstream::Route route;
  route.name = "local";
  route.targets.push_back({.upstream = world_.router.Find("vllm"), .model = "llama", .tags = {}});
  world_.router.AddRoute(std::move(route));
  const v1::ListRoutesResponse one = List("local");
  ASSERT_EQ(one.routes_size(), 1);
  const v1::RouteTarget& target = one.routes(0).targets(0);
  ASSERT_EQ(target.places_size(), 3) << "two endpoints and the model";
  EXPECT_EQ(target.places(0).place().endpoint(), "10.0.0.7:80");
  EXPECT_EQ(target.places(1).place().endpoint(), "10.0.0.8:80");
  EXPECT_EQ(target.places(2).place().endpoint(), "");
  EXPECT_EQ(target.places(2).place().model(), "llama");
  std::vector<std::string> endpoints;
  const v1::ListRoutesResponse all = List();
  for (const v1::PlaceStatus& status : all.places()) {
    if (!status.place().endpoint().empty()) endpoints.push_back(status.place().endpoint());
  }
  EXPECT_THAT(endpoints, ElementsAre("10.0.0.7:80", "10.0.0.8:80"));
}

TEST_F(ListRoutesTest, FindsOneByWhatCallersAskFor) {
  for (const char* name : {"gpt-5", "best"}) {
    const v1::ListRoutesResponse list = List(name);
    ASSERT_EQ(list.routes_size(), 1);
    EXPECT_EQ(list.routes(0).name(), "gpt-5");
    EXPECT_TRUE(list.places().empty());
  }
  EXPECT_EQ(List("claude-4").routes(0).name(), "claude-*");
  EXPECT_EQ(List("claude-*").routes(0).name(), "claude-*");
  v1::ListRoutesRequest request;
  request.set_name("gpt-4.1");
  const auto none = ListRoutes(request, world_.router, world_.now());
  ASSERT_FALSE(none) << "served, but by no route";
  EXPECT_EQ(none.error().reason, v1::ERROR_REASON_MODEL_NOT_FOUND);
}

TEST_F(ListRoutesTest, SaysWhyAndUntilWhenAPlaceTakesNoCalls) {
  world_.Break(world_.Endpoint("openai"));
  const v1::PlaceStatus out = List("gpt-5").routes(0).targets(0).places(0);
  EXPECT_EQ(out.state(), v1::PLACE_STATE_OUT);
  EXPECT_EQ(out.reason(), "UPSTREAM_TIMEOUT");
  EXPECT_GT(out.back_after().seconds(), 0);
  EXPECT_LE(out.back_after().seconds(), 30);
  EXPECT_EQ(out.failed(), 5);
}

TEST_F(ListRoutesTest, SaysHowKeysAre) {
  const auto a = world_.board.Key("azure", "a", "digest", 100);
  const auto b = world_.board.Key("azure", "b", "digest", 100);
  a->Remove(routing::KeyState::Removal::kUntilRestored, world_.now());
  b->CoolDown("deployment", std::chrono::seconds(7), world_.now());
  const v1::RouteTarget target = List("gpt-5").routes(0).targets(1);
  EXPECT_EQ(target.places(2).state(), v1::PLACE_STATE_REMOVED);
  EXPECT_FALSE(target.places(2).has_back_after()) << "nobody knows";
  EXPECT_EQ(target.places(3).state(), v1::PLACE_STATE_COOLING_DOWN);
  EXPECT_EQ(target.places(3).back_after().seconds(), 7);
}

}  // namespace
}  // namespace inferwire::endpoints
