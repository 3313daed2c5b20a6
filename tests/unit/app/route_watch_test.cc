#include "app/route_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "upstream/upstream.h"

namespace inferwire::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;

class KeptLines final : public telemetry::LogSink {
 public:
  explicit KeptLines(std::vector<std::string>& lines) : lines_(lines) {}
  void Write(std::string_view line) override { lines_.emplace_back(line); }

 private:
  std::vector<std::string>& lines_;
};

class RouteWatchTest : public testing::Test {
 protected:
  RouteWatchTest() { board_.set_on_change(TellOfPlaces(routes_, log_)); }

  void Break(routing::PlaceState& place) {
    for (int i = 0; i < 5; ++i) {
      place.TryBegin(clock_.Now(), false);
      clock_.Advance(seconds(1));
      place.End(routing::PlaceState::Ended::kFailed, clock_.Now(), {},
                v1::ERROR_REASON_UPSTREAM_TIMEOUT);
    }
  }

  void Add(const std::string& name, upstream::KeyPool keys = {}) {
    upstream::UpstreamOptions options;
    options.name = name;
    options.base_url = "http://upstream/v1";
    router_.Add(std::make_unique<const upstream::Upstream>(std::move(options), std::move(keys),
                                                           metrics_, &board_),
                {}, {}, false);
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  telemetry::RouteMetrics& routes_ = metrics_.Of<telemetry::RouteMetrics>();
  std::vector<std::string> lines_;
  telemetry::Log log_{
      {telemetry::LogLevel::kInfo, false}, clock_, std::make_unique<KeptLines>(lines_)};
  routing::Board board_{clock_};
  upstream::Router router_;
};

TEST_F(RouteWatchTest, APlaceThatGoesOutIsCountedAndLogged) {
  const auto place = board_.Model("openai", "gpt-5", {});
  Break(*place);
  ASSERT_EQ(lines_.size(), 1u);
  for (const char* part :
       {R"("event":"place_changed")", R"("upstream":"openai")", R"("kind":"model")",
        R"("name":"gpt-5")", R"("to":"out")", R"("reason":"UPSTREAM_TIMEOUT")"}) {
    EXPECT_THAT(lines_[0], HasSubstr(part));
  }
  EXPECT_THAT(metrics_.Expose(),
              HasSubstr("inferwire_place_changes_total{gen_ai_provider_name=\"openai\","
                        "kind=\"model\",to=\"out\"} 1\n"));
}

TEST_F(RouteWatchTest, PlacesAreCountedByTheirState) {
  const auto endpoint = board_.Endpoint("openai", "", {});
  const auto model = board_.Model("openai", "gpt-5", {});
  const auto key = board_.Key("openai", "a", "digest", 100);
  endpoint->Drain(clock_.Now() + hours(1), clock_.Now());
  key->Remove(routing::KeyState::Removal::kUntilRestored, clock_.Now());
  MeasurePlaces(board_, clock_.Now(), routes_);
  const std::string text = metrics_.Expose();
  const std::string series = "inferwire_places{gen_ai_provider_name=\"openai\",kind=";
  EXPECT_THAT(text, HasSubstr(series + "\"endpoint\",state=\"drained\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(series + "\"model\",state=\"up\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(series + "\"key\",state=\"removed\"} 1\n"));
}

TEST_F(RouteWatchTest, TheLimitsOfAnUpstreamsEndpointsAddUp) {
  const auto one = board_.Endpoint("vllm", "10.0.0.7:80", {});
  const auto two = board_.Endpoint("vllm", "10.0.0.8:80", {});
  board_.Endpoint("openai", "", {});
  one->Configure(routing::LimitOptions{.in_flight = 3, .first_byte_target = {}});
  two->Configure(routing::LimitOptions{.in_flight = 4, .first_byte_target = {}});
  MeasureLimits(board_, metrics_.Of<telemetry::EndpointMetrics>());
  const std::string text = metrics_.Expose();
  EXPECT_THAT(text, HasSubstr("inferwire_place_limit{gen_ai_provider_name=\"vllm\"} 7\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("inferwire_place_limit{gen_ai_provider_name=\"openai")));
}

TEST_F(RouteWatchTest, TargetsAreCountedByWhatStandsInTheirWay) {
  router_.KeepStatesOn(board_);
  Add("openai");
  const auto key = board_.Key("azure", "a", "digest", 100);
  std::vector<upstream::PoolKey> pool;
  pool.push_back({.name = "a", .key = nullptr, .state = key});
  Add("azure", upstream::KeyPool(std::move(pool)));
  upstream::Route route;
  route.name = "gpt-5";
  for (const char* name : {"openai", "azure"}) {
    route.targets.push_back({.upstream = router_.Find(name), .model = "gpt-5", .tags = {}});
  }
  router_.AddRoute(std::move(route));
  Break(*board_.Model("openai", "gpt-5", {}));
  key->CoolDown("gpt-5", seconds(60), clock_.Now());
  MeasureRoutes(router_, clock_.Now(), routes_);
  const std::string text = metrics_.Expose();
  const std::string series = "inferwire_route_targets{route=\"gpt-5\",state=";
  EXPECT_THAT(text, HasSubstr(series + "\"out\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(series + "\"no_key\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(series + "\"up\"} 0\n")) << "for the alert";
}

}  // namespace
}  // namespace inferwire::app
