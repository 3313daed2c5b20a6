#include "endpoints/routes/route_admin.h"

#include "world.h"

namespace inferwire::endpoints {
namespace {

using routing::Condition;

class RouteAdminTest : public testing::Test {
 protected:
  static v1::Place Place(const std::string& upstream, const std::string& model = "") {
    v1::Place place;
    place.set_upstream(upstream);
    place.set_model(model);
    return place;
  }

  Result<v1::DrainResponse> DrainFor(const v1::Place& place, int64_t seconds = 0) {
    v1::DrainRequest request;
    *request.mutable_place() = place;
    if (seconds != 0) request.mutable_ttl()->set_seconds(seconds);
    return Drain(request, world_.router, world_.now());
  }

  Condition Of(const std::string& upstream) { return world_.Endpoint(upstream).At(world_.now()); }
  Condition OfModel(const std::string& upstream, const std::string& model) {
    return world_.board.Model(upstream, model, {})->At(world_.now());
  }

  RoutesWorld world_;
};

TEST_F(RouteAdminTest, DrainsAnUpstreamForATime) {
  const auto drained = DrainFor(Place("openai"), 60);
  ASSERT_TRUE(drained);
  ASSERT_EQ(drained->places_size(), 1) << "its endpoint stands for all that is there";
  EXPECT_EQ(drained->places(0).state(), v1::PLACE_STATE_DRAINED);
  EXPECT_EQ(drained->places(0).back_after().seconds(), 60);
  EXPECT_EQ(Of("openai"), Condition::kDrained);
  EXPECT_EQ(Of("azure"), Condition::kUp);
  world_.clock.Advance(std::chrono::seconds(60));
  EXPECT_EQ(Of("openai"), Condition::kUp);
}

TEST_F(RouteAdminTest, DrainsOneModel) {
  ASSERT_TRUE(DrainFor(Place("openai", "gpt-5")));
  EXPECT_EQ(Of("openai"), Condition::kUp);
  EXPECT_EQ(OfModel("openai", "gpt-5"), Condition::kDrained);
  EXPECT_EQ(OfModel("openai", "gpt-4.1"), Condition::kUp);
}

TEST_F(RouteAdminTest, DrainsOneEndpointOrAll) {
  world_.Add("vllm", {"llama"}, {}, {}, {"10.0.0.7:80", "10.0.0.8:80"});
  const auto at = [&](size_t i) {
    return (*world_.router.Find("vllm")->endpoints())[i]->state->At(world_.now());
  };
  v1::Place one = Place("vllm");
  one.set_endpoint("10.0.0.8:80");
  const auto drained = DrainFor(one);
  ASSERT_TRUE(drained);
  ASSERT_EQ(drained->places_size(), 1);
  EXPECT_EQ(drained->places(0).place().endpoint(), "10.0.0.8:80");
  EXPECT_EQ(at(0), Condition::kUp);
  EXPECT_EQ(at(1), Condition::kDrained);
  EXPECT_EQ(OfModel("vllm", "llama"), Condition::kUp);
  ASSERT_TRUE(DrainFor(Place("vllm")));
  EXPECT_EQ(at(0), Condition::kDrained);
  one.set_endpoint("10.0.0.9:80");
  EXPECT_FALSE(DrainFor(one)) << "there is no such endpoint";
}

TEST_F(RouteAdminTest, DrainsForADayAtMost) {
  ASSERT_TRUE(DrainFor(Place("openai")));
  world_.clock.Advance(std::chrono::hours(24));
  EXPECT_EQ(Of("openai"), Condition::kUp);
  EXPECT_FALSE(DrainFor(Place("openai"), 24 * 3600 + 1));
  EXPECT_FALSE(DrainFor(Place("openai"), -1));
}

TEST_F(RouteAdminTest, DrainsNeitherEverythingNorKeysNorTheUnknown) {
  EXPECT_FALSE(DrainFor(v1::Place()));
  v1::Place key = Place("azure");
  key.set_key("a");
  EXPECT_FALSE(DrainFor(key));
  const auto unknown = DrainFor(Place("nobody"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, v1::ERROR_REASON_RESOURCE_NOT_FOUND);
}

TEST_F(RouteAdminTest, UndrainsAllOfAnUpstream) {
  ASSERT_TRUE(DrainFor(Place("openai")));
  ASSERT_TRUE(DrainFor(Place("openai", "gpt-5")));
  ASSERT_TRUE(DrainFor(Place("azure")));
  v1::UndrainRequest request;
  *request.mutable_place() = Place("openai");
  ASSERT_TRUE(Undrain(request, world_.router, world_.now()));
  EXPECT_EQ(Of("openai"), Condition::kUp);
  EXPECT_EQ(OfModel("openai", "gpt-5"), Condition::kUp);
  EXPECT_EQ(Of("azure"), Condition::kDrained);
}

TEST_F(RouteAdminTest, ResetsBreakersAndKeys) {
  world_.Break(world_.Endpoint("azure"));
  const auto key = world_.board.Key("azure", "a", "digest", 100);
  key->Remove(routing::KeyState::Removal::kUntilRestored, world_.now());
  v1::ResetRequest request;
  *request.mutable_place() = Place("azure");
  const auto reset = Reset(request, world_.router, world_.now());
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->places_size(), 4) << "endpoint, model and two keys";
  EXPECT_TRUE(routing::TakesCalls(Of("azure")));
  EXPECT_FALSE(key->removed(world_.now()));
}

TEST_F(RouteAdminTest, ResetsOneKeyAlone) {
  world_.Break(world_.Endpoint("azure"));
  const auto key = world_.board.Key("azure", "b", "digest", 100);
  key->Remove(routing::KeyState::Removal::kUntilRestored, world_.now());
  v1::ResetRequest request;
  *request.mutable_place() = Place("azure");
  request.mutable_place()->set_key("b");
  const auto reset = Reset(request, world_.router, world_.now());
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->places_size(), 1);
  EXPECT_FALSE(key->removed(world_.now()));
  EXPECT_EQ(Of("azure"), Condition::kOut);
}

TEST_F(RouteAdminTest, IsClosedUnlessTheConfigurationOpensIt) {
  world_.router.AllowRouteAdmin(false);
  const auto refused = DrainFor(Place("openai"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_PATH_NOT_ALLOWED);
  EXPECT_EQ(Of("openai"), Condition::kUp);
  EXPECT_FALSE(Undrain({}, world_.router, world_.now()));
  EXPECT_FALSE(Reset({}, world_.router, world_.now()));
}

}  // namespace
}  // namespace inferwire::endpoints
