// When which endpoint is asked whether it is well, and what its answer means.
#include "upstream/health_checks.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../rpc/fake_transport.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Condition;

class KeptLines final : public telemetry::LogSink {
 public:
  explicit KeptLines(std::string& lines) : lines_(lines) {}
  void Write(std::string_view line) override { lines_.append(line); }

 private:
  std::string& lines_;
};

class HealthChecksTest : public testing::Test {
 protected:
  // An upstream with these endpoints; without any, the base URL's.
  std::unique_ptr<const Upstream> NewUpstream(const std::string& name,
                                              std::optional<HealthCheckOptions> health,
                                              std::vector<std::string> addresses = {},
                                              KeyPool keys = {}) {
    UpstreamOptions options;
    options.name = name;
    options.base_url = "http://" + name + "/v1";
    options.health = std::move(health);
    if (!addresses.empty()) {
      options.endpoints = std::make_shared<Endpoints>(name, options.breaker, &board_);
      options.endpoints->Replace(std::move(addresses), clock_.Now());
    }
    return std::make_unique<const Upstream>(std::move(options), std::move(keys), metrics_, &board_);
  }
  void Use(std::vector<std::unique_ptr<const Upstream>> upstreams) {
    auto router = std::make_shared<Router>();
    for (auto& upstream : upstreams) router->Add(std::move(upstream), {"*"}, {}, false);
    router_ = std::move(router);
    checks_.Use(router_);
  }
  void UseOne(std::unique_ptr<const Upstream> upstream) {
    std::vector<std::unique_ptr<const Upstream>> one;
    one.push_back(std::move(upstream));
    Use(std::move(one));
  }
  routing::PlaceState& place(const std::string& name) const {
    return router_->Find(name)->endpoint();
  }
  void Break(routing::PlaceState& state) {
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(state.TryBegin(clock_.Now(), false));
      clock_.Advance(200ms);
      state.End(routing::PlaceState::Ended::kFailed, clock_.Now(), {},
                v1::ERROR_REASON_UPSTREAM_OVERLOADED);
    }
    ASSERT_EQ(state.At(clock_.Now()), Condition::kOut);
  }
  void Advance(Duration duration) {
    for (Duration passed{}; passed < duration; passed += 10ms) {
      clock_.Advance(10ms);
      while (timers_.FireDue()) {
      }
    }
  }
  size_t sent() const { return transport_.transfers.size(); }
  http::PlayedTransfer& last() { return *transport_.transfers.back(); }
  static void Answer(http::PlayedTransfer& transfer, int status) {
    http::FakeTransport::Head(transfer, status, "application/json");
    if (!transfer.over) http::FakeTransport::End(transfer);
  }
  void WaitForNext() {
    const size_t before = sent();
    for (int i = 0; i < 1000 && sent() == before; ++i) Advance(10ms);
    ASSERT_EQ(sent(), before + 1);
  }
  void NextAnswers(int status) {
    WaitForNext();
    Answer(last(), status);
  }
  static void FailWith(http::PlayedTransfer& transfer, http::Failure failure, bool reused = false) {
    http::Outcome outcome;
    outcome.failure = failure;
    outcome.reused_connection = reused;
    http::FakeTransport::End(transfer, outcome);
  }
  double Counted(const std::string& upstream, const std::string& result) const {
    const std::string page = metrics_.Expose();
    const std::string series = "inferwire_health_checks_total{gen_ai_provider_name=\"" + upstream +
                               "\",result=\"" + result + "\"} ";
    const size_t at = page.find(series);
    return at == std::string::npos ? -1 : std::stod(page.substr(at + series.size()));
  }

  ManualClock clock_;
  Timers timers_{clock_};
  Random random_{7};
  http::FakeTransport transport_;
  telemetry::Metrics metrics_;
  std::string lines_;
  telemetry::Log log_{
      {telemetry::LogLevel::kInfo, false}, clock_, std::make_unique<KeptLines>(lines_)};
  routing::Board board_{clock_};
  std::shared_ptr<const Router> router_;
  HealthChecks checks_{
      {transport_, timers_, random_, metrics_.Of<telemetry::HealthCheckFamilies>(), log_}};
};

TEST_F(HealthChecksTest, NothingIsSentWhileNothingIsOut) {
  UseOne(NewUpstream("a", HealthCheckOptions()));
  Advance(1min);
  EXPECT_EQ(sent(), 0u);
  EXPECT_EQ(Counted("a", "good"), 0) << "there from the start";
}

TEST_F(HealthChecksTest, AnUpstreamWithoutThemIsNeverAsked) {
  UseOne(NewUpstream("a", std::nullopt));
  Break(place("a"));
  Advance(1min);
  EXPECT_EQ(sent(), 0u);
}

TEST_F(HealthChecksTest, WhatIsOutIsAskedWithItsOwnKeyByAGetWithoutABody) {
  auto key =
      UpstreamKey::Read([]() -> Result<Secret> { return Secret::FromText("secret-a", "test"); });
  UseOne(NewUpstream("a", HealthCheckOptions(), {}, KeyPool(*key)));
  Break(place("a"));
  WaitForNext();
  EXPECT_EQ(last().request.method, "GET");
  EXPECT_EQ(last().request.url, "http://a/v1/models");
  EXPECT_FALSE(last().request.body || last().request.source);
  EXPECT_NE(std::ranges::find(last().request.headers, "Authorization: Bearer secret-a"),
            last().request.headers.end());
}

TEST_F(HealthChecksTest, TwoGoodAnswersLetProbesBegin) {
  UseOne(NewUpstream("a", HealthCheckOptions()));
  Break(place("a"));
  NextAnswers(200);
  EXPECT_EQ(place("a").At(clock_.Now()), Condition::kOut);
  NextAnswers(200);
  EXPECT_EQ(place("a").At(clock_.Now()), Condition::kProbing);
  EXPECT_EQ(Counted("a", "good"), 2);
}

TEST_F(HealthChecksTest, TheTimeBetweenThemIsAFifthMoreOrLess) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  NextAnswers(200);
  std::set<Duration> times;
  for (int i = 0; i < 50; ++i) {
    const SteadyTime before = clock_.Now();
    NextAnswers(200);
    times.insert(clock_.Now() - before);
  }
  EXPECT_GE(*times.begin(), 4s);
  EXPECT_LE(*times.rbegin(), 6s + 10ms);
  EXPECT_GT(times.size(), 20u);
}

TEST_F(HealthChecksTest, AllAreAskedIfThatIsWantedAndOneThatGoesDarkIsOut) {
  UseOne(NewUpstream("a", HealthCheckOptions{.every = 500ms, .timeout = 300ms, .all = true}));
  NextAnswers(200);
  const SteadyTime dark = clock_.Now();
  while (place("a").At(clock_.Now()) == Condition::kUp) Advance(10ms);
  EXPECT_EQ(place("a").cause(), v1::ERROR_REASON_UPSTREAM_TIMEOUT);
  EXPECT_LE(clock_.Now() - dark, 2 * 600ms + 300ms + 30ms);
  EXPECT_EQ(transport_.running(), 0u) << "what timed out is given up";
  EXPECT_EQ(Counted("a", "failed"), 2);
}

TEST_F(HealthChecksTest, AnAnswerThatIsNotForUsSaysNothingAndIsLoggedOnce) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  for (const int status : {401, 404, 429, 302}) NextAnswers(status);
  EXPECT_EQ(place("a").At(clock_.Now()), Condition::kUp);
  EXPECT_EQ(Counted("a", "refused"), 4);
  const size_t at = lines_.find("health_check_refused");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(lines_.find("health_check_refused", at + 1), std::string::npos);
  EXPECT_NE(lines_.find("401"), std::string::npos);
}

TEST_F(HealthChecksTest, FailuresOfTheServerAndOfTheWayToItAreBad) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  NextAnswers(503);
  WaitForNext();
  FailWith(last(), http::Failure::kConnect);
  EXPECT_EQ(place("a").At(clock_.Now()), Condition::kOut);
  EXPECT_EQ(place("a").cause(), v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
}

TEST_F(HealthChecksTest, WhatIsOurOwnFaultSaysNothing) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  for (int i = 0; i < 3; ++i) {
    WaitForNext();
    FailWith(last(), http::Failure::kDescriptors);
  }
  EXPECT_EQ(place("a").At(clock_.Now()), Condition::kUp);
}

TEST_F(HealthChecksTest, AConnectionThatWasClosedMeanwhileIsFollowedByAFreshOne) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  WaitForNext();
  EXPECT_FALSE(last().request.fresh_connection);
  FailWith(last(), http::Failure::kReset, /*reused=*/true);
  ASSERT_EQ(sent(), 2u);
  EXPECT_TRUE(last().request.fresh_connection);
  FailWith(last(), http::Failure::kReset, /*reused=*/true);
  EXPECT_EQ(sent(), 2u) << "once";
  EXPECT_EQ(Counted("a", "failed"), 1);
}

TEST_F(HealthChecksTest, OfAnEndlessAnswerOnlyABeginningIsRead) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  WaitForNext();
  http::FakeTransport::Head(last(), 200, "application/json");
  const std::string bytes(16 * 1024, ' ');
  int pieces = 0;
  while (!last().over && pieces < 1000) {
    http::FakeTransport::Body(last(), bytes);
    ++pieces;
  }
  EXPECT_LE(pieces, 17);
  EXPECT_EQ(Counted("a", "good"), 1);
  EXPECT_EQ(transport_.wrong_cancels, 0);
}

TEST_F(HealthChecksTest, WhatIsDrainedOrLeftAloneAtItsWordIsNotAsked) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}, {"10.0.0.1:1", "10.0.0.2:1"}));
  const auto endpoints = router_->Find("a")->endpoints();
  (*endpoints)[0]->state->Drain(clock_.Now() + 1h, clock_.Now());
  (*endpoints)[1]->state->CoolDown(clock_.Now() + 1h, clock_.Now(),
                                   v1::ERROR_REASON_UPSTREAM_OVERLOADED);
  Advance(1min);
  EXPECT_EQ(sent(), 0u);
}

TEST_F(HealthChecksTest, NoMoreThanTheMostRunAtOnceAndEachGetsItsTurn) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 100; ++i) addresses.push_back("10.0.0." + std::to_string(i) + ":1");
  UseOne(NewUpstream("a", HealthCheckOptions{.timeout = 4s, .all = true}, addresses));
  while (sent() == 0) Advance(10ms);
  std::set<std::string> asked;
  size_t ended = 0;
  while (ended < 100) {
    EXPECT_LE(transport_.running(), HealthChecks::kMostAtOnce);
    EXPECT_EQ(transport_.running(), checks_.in_flight());
    ASSERT_LT(ended, sent());
    http::PlayedTransfer& next = *transport_.transfers[ended++];
    asked.insert(next.request.address);
    Answer(next, 200);
  }
  EXPECT_EQ(asked.size(), 100u);
  EXPECT_EQ(Counted("a", "late"), 0);
}

TEST_F(HealthChecksTest, WhoseTurnHasNotComeWhenTheNextIsDueIsCounted) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 40; ++i) addresses.push_back("10.0.0." + std::to_string(i) + ":1");
  UseOne(
      NewUpstream("a", HealthCheckOptions{.every = 2s, .timeout = 2500ms, .all = true}, addresses));
  while (sent() < HealthChecks::kMostAtOnce) Advance(10ms);
  Advance(2450ms);
  EXPECT_EQ(Counted("a", "late"), 8);
}

TEST_F(HealthChecksTest, AnotherVersionOfTheConfigurationKeepsTheTimesAndTheStates) {
  UseOne(NewUpstream("a", HealthCheckOptions()));
  Break(place("a"));
  NextAnswers(200);
  for (int i = 0; i < 8; ++i) {  // faster than they come
    UseOne(NewUpstream("a", HealthCheckOptions()));
    Advance(1s);
    if (sent() > 1 && !last().over) Answer(last(), 200);
  }
  EXPECT_GE(sent(), 2u);
  EXPECT_EQ(place("a").At(clock_.Now()), Condition::kProbing);
}

TEST_F(HealthChecksTest, WhatRunsWhenTheConfigurationChangesIsGivenUp) {
  UseOne(NewUpstream("a", HealthCheckOptions{.all = true}));
  WaitForNext();
  ASSERT_EQ(transport_.running(), 1u);
  UseOne(NewUpstream("a", std::nullopt));
  EXPECT_EQ(transport_.running(), 0u);
  EXPECT_EQ(checks_.in_flight(), 0u);
  Advance(1min);
  EXPECT_EQ(sent(), 1u);
}

}  // namespace
}  // namespace inferwire::upstream
