// What a running server takes over from a changed configuration.
#include "config/change.h"

#include <set>

#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;

Config Example() {
  Config config = Parsed(kGood);
  config.upstreams[0].headers = {{"X-Team", "one"}};
  return config;
}

TEST(Change, NamesTheKeysThatDiffer) {
  const Config before = Example();
  EXPECT_THAT(ChangedKeys(before, before), IsEmpty());
  Config after = before;
  after.deadlines.unary = std::chrono::seconds(7);
  after.upstreams[0].headers["X-Team"] = "two";
  EXPECT_THAT(ChangedKeys(before, after),
              ElementsAre("deadlines.unary", "upstreams[0].headers.X-Team"));
  after = before;
  after.upstreams.push_back(after.upstreams[0]);
  EXPECT_THAT(ChangedKeys(before, after), IsSupersetOf({"upstreams[1].name"}));
  EXPECT_THAT(ChangedKeys(after, before), IsSupersetOf({"upstreams[1].name"}));
}

TEST(Change, FingerprintsTellConfigurationsApartAndNotSpellings) {
  const std::string plain = kLocal + kUpstream + "deadlines: {unary: 60s}\n";
  const std::string other = "deadlines:\n  unary: 1m  # the same\n" + kLocal + kUpstream;
  EXPECT_EQ(Fingerprint(Parsed(plain)), Fingerprint(Parsed(other)));
  EXPECT_NE(Fingerprint(Parsed(plain)), Fingerprint(Parsed(kGood)));
  Config header = Example();
  header.upstreams[0].headers["X-Team"] = "two";
  EXPECT_NE(Fingerprint(header), Fingerprint(Example()));
  EXPECT_THAT(Fingerprint(header), testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(Change, TakesOverWhatCallsAreHeldTo) {
  const Config running = Example();
  Config wanted = running;
  wanted.upstreams[0].name = "other";
  wanted.upstreams[0].keys = {{"a", "KEY_A", {}, 7}};
  wanted.upstreams[0].breaker.failures = 7;
  wanted.routes.emplace_back().name = "gpt-5";
  wanted.routes[0].overrides = {RouteOverride::kTags};
  wanted.routes[0].targets = {{"other", {}, 1, 0, {"eu"}}};
  wanted.limits.max_in_flight = 7;
  wanted.limits.json.depth = 9;
  wanted.deadlines.max = std::chrono::hours(1);
  wanted.drain.calls = std::chrono::seconds(1);
  wanted.raw.allow = {{"GET", "/models"}};
  wanted.log.level = telemetry::LogLevel::kDebug;
  wanted.tracing.sample_ratio = 0.5;
  const Config next = Reloaded(running, wanted);
  EXPECT_THAT(ChangedKeys(next, wanted), IsEmpty());
  EXPECT_THAT(
      ChangedKeys(running, next),
      IsSupersetOf({"upstreams[0].name", "upstreams[0].keys[0].weight",
                    "upstreams[0].breaker.failures", "routes[0].name", "routes[0].overrides[0]",
                    "routes[0].targets[0].tags[0]", "limits.max_in_flight", "limits.json.depth",
                    "deadlines.max", "drain.calls", "log.level", "tracing.sample_ratio"}));
}

TEST(Change, KeepsWhatWasMadeAtTheStart) {
  const Config running = Example();
  Config wanted = running;
  wanted.server.listen = "127.0.0.1:1";
  wanted.server.loops = 3;
  wanted.server.max_connection_age = std::chrono::hours(1);
  wanted.tls.emplace().certificate = "/crt";
  wanted.limits.header_bytes = 5000;
  wanted.limits.metric_models = 3;
  wanted.limits.shared = true;
  wanted.limits.store_timeout = std::chrono::seconds(1);
  wanted.reload.watch = false;
  wanted.tracing.endpoint = "http://collector:4317";
  const Config next = Reloaded(running, wanted);
  EXPECT_THAT(ChangedKeys(running, next), IsEmpty());
  EXPECT_THAT(
      ChangedKeys(next, wanted),
      IsSupersetOf({"server.listen", "server.loops", "server.max_connection_age", "tls.certificate",
                    "limits.header_bytes", "limits.metric_models", "limits.shared",
                    "limits.store_timeout", "reload.watch", "tracing.endpoint"}));
}

// Deadlines that fit to a grace that needs a restart would cut streams until then.
TEST(Change, WhatStaysIsCheckedTogetherWithWhatIsNew) {
  const Config running = Example();
  Config wanted = running;
  wanted.server.max_connection_age_grace = std::chrono::hours(2);
  wanted.deadlines.stream = wanted.deadlines.max = std::chrono::minutes(90);
  EXPECT_THAT(FaultsOf(wanted), IsEmpty());
  EXPECT_THAT(TextsOf(FaultsOf(Reloaded(running, wanted))),
              ElementsAre(testing::HasSubstr("server.max_connection_age_grace")));
}

TEST(Tracing, TakesAnAddressAndARatio) {
  const Config config =
      Parsed(kGood + "tracing: {endpoint: \"https://c.example:4317\", sample_ratio: 0.25}\n");
  EXPECT_EQ(config.tracing.endpoint, "https://c.example:4317");
  EXPECT_EQ(config.tracing.sample_ratio, 0.25);
  for (const char* wrong :
       {"endpoint: c:4317", "endpoint: \"http://c\"", "endpoint: \"http://:4317\"",
        "sample_ratio: 1.5", "sample_ratio: -0.1", "sample_ratio: nan", "sample_ratio: 50%",
        "batch_spans: 500, queue_spans: 400", "ca_bundle: /no/such/file"}) {
    EXPECT_EQ(FaultsOf(kGood + "tracing: {" + wrong + "}\n").size(), 1u) << wrong;
  }
}

}  // namespace
}  // namespace inferwire::config
