// When upstreams are asked what they serve, and what becomes of their lists.
#include "upstream/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../rpc/fake_transport.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class KeptLines final : public telemetry::LogSink {
 public:
  explicit KeptLines(std::string& lines) : lines_(lines) {}
  void Write(std::string_view line) override { lines_.append(line); }

 private:
  std::string& lines_;
};

class DiscoveryTest : public ::testing::Test {
 protected:
  // The upstream openai with these models, in a new version of the configuration.
  void Use(const std::vector<std::string>& models, DiscoveryOptions asked = {},
           const std::string& dialect = "openai") {
    UpstreamOptions options;
    options.name = "openai";
    options.base_url = "http://openai/v1";
    options.dialect = openai::FindDialect(dialect);
    options.discovery = std::move(asked);
    options.listing = listings_.Of(options.name, options.base_url);
    Use(std::move(options), models);
  }
  void Use(UpstreamOptions options, const std::vector<std::string>& models) {
    auto router = std::make_shared<Router>();
    auto key =
        UpstreamKey::Read([]() -> Result<Secret> { return Secret::FromText("secret-a", "test"); });
    router->Add(std::make_unique<const Upstream>(std::move(options), KeyPool(*key), metrics_),
                models, {}, true);
    router_ = router;
    discovery_.Use(std::move(router));
  }
  void Advance(Duration duration, Duration step = 100ms) {
    for (Duration passed{}; passed < duration; passed += step) {
      clock_.Advance(step);
      while (timers_.FireDue()) {
      }
    }
  }
  // Until it is asked again, in steps of a second; false: not in that time.
  bool AskedWithin(Duration most) {
    const size_t before = asked();
    for (Duration passed{}; passed < most && asked() == before; passed += 1s) Advance(1s, 1s);
    return asked() == before + 1;
  }
  size_t asked() const { return transport_.transfers.size(); }
  http::PlayedTransfer& last() { return *transport_.transfers.back(); }
  void Answer(std::string_view body, int status = 200) {
    http::FakeTransport::Head(last(), status, "application/json");
    if (!last().over) http::FakeTransport::Body(last(), body);
    if (!last().over) http::FakeTransport::End(last());
  }
  std::shared_ptr<const Listing::Read> Listed() { return Listing_().Last(); }
  const Listing& Listing_() { return *router_->Find("openai")->options().listing; }
  std::vector<std::string> Unlisted() { return UnlistedModels(*router_, *router_->Find("openai")); }
  double Metric(const std::string& name, const std::string& labels = "") const {
    const std::string page = metrics_.Expose();
    const std::string series = name + "{gen_ai_provider_name=\"openai\"" + labels + "} ";
    const size_t at = page.find(series);
    return at == std::string::npos ? -1 : std::stod(page.substr(at + series.size()));
  }
  double Reads(const std::string& result) const {
    return Metric("inferwire_discovery_reads_total", ",result=\"" + result + "\"");
  }

  ManualClock clock_;
  Timers timers_{clock_};
  Random random_{7};
  http::FakeTransport transport_;
  telemetry::Metrics metrics_;
  std::string lines_;
  telemetry::Log log_{
      {telemetry::LogLevel::kInfo, false}, clock_, std::make_unique<KeptLines>(lines_)};
  Listings listings_;
  std::shared_ptr<const Router> router_;
  Discovery discovery_{
      {transport_, timers_, random_, metrics_.Of<telemetry::DiscoveryFamilies>(), log_}};
};

TEST_F(DiscoveryTest, AnUpstreamWithoutItIsNeverAsked) {
  UpstreamOptions options;
  options.name = "openai";
  options.base_url = "http://openai/v1";
  Use(std::move(options), {"a"});
  Advance(2h, 1s);
  EXPECT_EQ(asked(), 0u);
  EXPECT_EQ(Reads("good"), -1);
}

TEST_F(DiscoveryTest, AsksWithItsKeySoonAfterTheStartAndThenEachHour) {
  Use({"a"});
  EXPECT_EQ(asked(), 0u);
  Advance(1s);
  ASSERT_EQ(asked(), 1u);
  EXPECT_EQ(last().request.method, "GET");
  EXPECT_EQ(last().request.url, "http://openai/v1/models");
  EXPECT_THAT(last().request.headers, ::testing::Contains("Authorization: Bearer secret-a"));
  Answer(R"({"data":[{"id":"a"}]})");
  ASSERT_TRUE(Listed());
  EXPECT_EQ(Listed()->at, clock_.WallNow());
  EXPECT_EQ(Reads("good"), 1);
  EXPECT_EQ(Metric("inferwire_discovery_models"), 1);
  EXPECT_FALSE(AskedWithin(47min));
  EXPECT_TRUE(AskedWithin(26min));
}

TEST_F(DiscoveryTest, AFailureKeepsTheLastListAndAsksAgainInAMinute) {
  Use({"a"});
  Advance(1s);
  Answer(R"({"data":[{"id":"a"}]})");
  ASSERT_TRUE(AskedWithin(73min));
  Answer("", 503);
  EXPECT_TRUE(Listed()->list.Find("a"));
  EXPECT_EQ(Listing_().failure(), v1::ERROR_REASON_UPSTREAM_ERROR);
  EXPECT_THAT(lines_, HasSubstr("discovery_failed"));
  lines_.clear();
  ASSERT_TRUE(AskedWithin(73s));
  Answer("", 503);
  EXPECT_THAT(lines_, IsEmpty()) << "it was said";
  EXPECT_EQ(Reads("failed"), 2);
  ASSERT_TRUE(AskedWithin(73s));
  Answer(R"({"data":[{"id":"b"}]})");
  EXPECT_EQ(Listing_().failure(), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_TRUE(Listed()->list.Find("b"));
}

TEST_F(DiscoveryTest, WhatIsNoListIsAFailureWithAReason) {
  struct Case {
    int status;
    const char* body;
    v1::ErrorReason reason;
    const char* counted;
  };
  for (const Case& each : {
           Case{200, "<html>", v1::ERROR_REASON_UPSTREAM_PROTOCOL, "refused"},
           Case{401, "{}", v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED, "refused"},
           Case{403, "{}", v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED, "refused"},
           Case{404, "{}", v1::ERROR_REASON_UPSTREAM_ERROR, "refused"},
           Case{500, R"({"data":[{"id":"a"}]})", v1::ERROR_REASON_UPSTREAM_ERROR, "failed"},
       }) {
    Use({"a"});
    const double before = Reads(each.counted);
    ASSERT_TRUE(AskedWithin(73s));
    Answer(each.body, each.status);
    EXPECT_EQ(Listing_().failure(), each.reason) << each.status << each.body;
    EXPECT_EQ(Reads(each.counted), before + 1) << each.status << each.body;
    EXPECT_FALSE(Listed());
  }
}

TEST_F(DiscoveryTest, SilenceAndEndlessAnswersEnd) {
  Use({"a"}, {.timeout = 5s});
  Advance(1s);
  Advance(5s);
  EXPECT_TRUE(last().cancelled);
  EXPECT_EQ(Listing_().failure(), v1::ERROR_REASON_UPSTREAM_TIMEOUT);
  ASSERT_TRUE(AskedWithin(73s));
  http::FakeTransport::Head(last(), 200, "application/json");
  const std::string chunk(1u << 20, ' ');
  for (int i = 0; i < 9 && !last().over; ++i) http::FakeTransport::Body(last(), chunk);
  EXPECT_TRUE(last().cancelled);
  EXPECT_EQ(Listing_().failure(), v1::ERROR_REASON_UPSTREAM_PROTOCOL);
}

TEST_F(DiscoveryTest, ConfiguredModelsThatAreNotListedAreAWarningWhenThatChanges) {
  Use({"a", "b", "*"});
  EXPECT_THAT(Unlisted(), IsEmpty()) << "nothing is known yet";
  Advance(1s);
  Answer(R"({"data":[{"id":"a"},{"id":"c"}]})");
  EXPECT_THAT(Unlisted(), ElementsAre("b"));
  EXPECT_EQ(Metric("inferwire_discovery_unlisted_models"), 1);
  EXPECT_THAT(lines_, HasSubstr("models_not_listed"));
  EXPECT_THAT(lines_, HasSubstr("\"models\":\"b\""));
  lines_.clear();
  ASSERT_TRUE(AskedWithin(73min));
  Answer(R"({"data":[{"id":"a"},{"id":"d"}]})");
  EXPECT_THAT(lines_, Not(HasSubstr("models_not_listed"))) << "the same as before";
  ASSERT_TRUE(AskedWithin(73min));
  Answer(R"({"data":[{"id":"a"},{"id":"b"}]})");
  EXPECT_THAT(Unlisted(), IsEmpty());
  EXPECT_EQ(Metric("inferwire_discovery_unlisted_models"), 0);
}

TEST_F(DiscoveryTest, NothingIsMissingInAListThatIsNotWholeOrNotOfNamesThatAreSent) {
  Use({"b"});
  Advance(1s);
  Answer(R"({"data":[{"id":"a"}],"has_more":true})");
  EXPECT_THAT(Unlisted(), IsEmpty());
  Use({"my-deployment"}, {}, "azure");
  ASSERT_TRUE(AskedWithin(73min));
  Answer(R"({"data":[{"id":"gpt-4.1-mini"}]})");
  EXPECT_THAT(Unlisted(), IsEmpty());
}

TEST_F(DiscoveryTest, ANewVersionKnowsWhatTheLastOneReadAndAsksNoSooner) {
  Use({"a"});
  Advance(1s);
  Answer(R"({"data":[{"id":"a"}]})");
  for (int i = 0; i < 10; ++i) {
    Use({"a", "b"});
    Advance(1min, 1s);
  }
  EXPECT_EQ(asked(), 1u);
  EXPECT_TRUE(Listed()->list.Find("a"));
  EXPECT_EQ(Metric("inferwire_discovery_unlisted_models"), 1) << "of the models that it names";
  EXPECT_TRUE(AskedWithin(63min));
}

TEST_F(DiscoveryTest, WhatRunsWhileTheConfigurationChangesIsAskedAgain) {
  Use({"a"});
  Advance(1s);
  ASSERT_EQ(asked(), 1u);
  http::PlayedTransfer& first = last();
  Use({"a"});
  EXPECT_TRUE(first.cancelled);
  Advance(1s);
  EXPECT_EQ(asked(), 2u);
}

}  // namespace
}  // namespace inferwire::upstream
