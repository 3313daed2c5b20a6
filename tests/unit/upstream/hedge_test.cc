// A second attempt beside one that is late: when it is made, who answers, and what becomes of the
// other one.
#include <gtest/gtest.h>

#include "routed_call_fixture.h"
#include "telemetry/hedge_metrics.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;
using testing::Test;

constexpr std::string_view kFailed = R"({"error":{"message":"it went wrong","type":"t"}})";

// After a second, for each call.
Route Hedged(std::optional<Duration> after = 1s, int most = 100) {
  Route rules;
  rules.hedge = {.after = after, .most = most};
  return rules;
}

class World : public RoutedWorld {
 public:
  explicit World(const std::vector<PlayedTarget>& targets = Two(), const Route& rules = Hedged())
      : RoutedWorld(targets, rules) {
    hedge = true;
  }
  static std::vector<PlayedTarget> Two() { return {{"a"}, {.upstream = "b", .group = 2}}; }

  // The call begins, is late, and has its second attempt.
  std::unique_ptr<PlayedCall> BeginBoth(Resend resend = Resend::kFailed) {
    auto played = Begin(resend);
    Advance(1s);
    EXPECT_EQ(transport.running(), 2u);
    return played;
  }
  http::PlayedTransfer& first() { return *transport.transfers[sent() - 2]; }
  http::PlayedTransfer& second() { return last(); }
  double Count(const std::string& series) {
    const std::string text = metrics.Expose();
    const size_t at = text.find(series + ' ');
    return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 1));
  }
  double Won(bool won) {
    return Count(std::string("inferwire_hedges_total{route=\"r\",won=\"") +
                 (won ? "true" : "false") + "\"}");
  }
  double Denied(const std::string& why) {
    return Count("inferwire_hedges_denied_total{route=\"r\",why=\"" + why + "\"}");
  }
  // It is late, and has none.
  void ExpectNone(Resend resend = Resend::kFailed) {
    const size_t before = sent();
    auto played = Begin(resend);
    Advance(2s);
    EXPECT_EQ(sent(), before + 1);
    EXPECT_EQ(played->stats.hedge, "");
  }
};

TEST(Hedge, NothingIsSentTwiceWithoutBothOptIns) {
  World unasked;
  unasked.hedge = false;
  unasked.ExpectNone();
  World unconfigured(World::Two(), Route());
  unconfigured.ExpectNone();
  World unrouted;
  auto played = unrouted.Begin(Resend::kAnything, /*routed=*/false);
  unrouted.Advance(2s);
  EXPECT_EQ(unrouted.sent(), 1u);
}

TEST(Hedge, IsSentElsewhereOnceTheFirstByteIsLate) {
  World world;
  auto played = world.Begin(Resend::kRefused);
  world.Advance(999ms);
  EXPECT_EQ(world.sent(), 1u);
  world.Advance(1ms);
  ASSERT_EQ(world.sent(), 2u);
  EXPECT_EQ(World::SentTo(world.second()), "b");
  EXPECT_EQ(*world.second().request.body, "{\"model\":\"model-b\"," + std::string(World::kRest));
  EXPECT_EQ(*world.first().request.body, "{\"model\":\"model-a\"," + std::string(World::kRest));
  EXPECT_EQ(played->stats.upstream, "a") << "which is the one in hand";
  EXPECT_EQ(played->reader.destination, "") << "its reader hears of none that gives nothing";
  world.Advance(10s);
  EXPECT_EQ(world.sent(), 2u) << "one is all";
}

TEST(Hedge, ItsFirstByteEndsTheFirstAttemptInTheSameTurn) {
  World world;
  auto played = world.BeginBoth();
  World::Head(world.second(), 200);
  EXPECT_FALSE(world.first().over) << "a head is no answer yet";
  http::FakeTransport::Body(world.second(), "{");
  EXPECT_TRUE(world.first().cancelled);
  EXPECT_EQ(played->reader.destination, "b");
  EXPECT_EQ(world.in_flight(), 2) << "of endpoint and model, of one attempt";
  EXPECT_EQ(world.endpoint("a").in_flight(), 0);
  http::FakeTransport::Body(world.second(), "}");
  http::FakeTransport::End(world.second());
  EXPECT_EQ(played->reader.body, "{}");
  EXPECT_FALSE(played->reader.error);
  EXPECT_EQ(played->stats.upstream, "b");
  EXPECT_EQ(played->stats.model, "model-b");
  EXPECT_EQ(played->stats.hedge, "won");
  EXPECT_TRUE(played->stats.route->fallback);
  EXPECT_EQ(played->stats.first_byte, 1s) << "since the call began";
  EXPECT_EQ(world.Won(true), 1);
  EXPECT_EQ(world.Won(false), 0);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(Hedge, TheFirstAttemptsFirstByteEndsItInTheSameTurn) {
  World world;
  auto played = world.BeginBoth();
  World::Head(world.second(), 200);
  World::Head(world.first(), 200);
  http::FakeTransport::Body(world.first(), "{}");
  EXPECT_TRUE(world.second().cancelled);
  EXPECT_EQ(world.endpoint("b").in_flight(), 0);
  http::FakeTransport::End(world.first());
  EXPECT_EQ(played->reader.body, "{}");
  EXPECT_EQ(played->reader.destination, "") << "nothing changed for its reader";
  EXPECT_EQ(played->stats.upstream, "a");
  EXPECT_EQ(played->stats.hedge, "lost");
  EXPECT_FALSE(played->stats.route->fallback);
  EXPECT_EQ(world.Won(false), 1);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(Hedge, BothAreInTheLogAndOnTheBill) {
  World world;
  auto played = world.BeginBoth();
  world.Advance(500ms);
  World::Answer(world.second(), 200, "{}", {{"x-request-id", "req-b"}});
  played->call->UpdateLog();
  const auto& log = played->stats.attempt_log;
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(played->stats.attempts, 2);
  EXPECT_EQ(log[0].upstream, "a");
  EXPECT_EQ(log[0].cause, "FIRST");
  EXPECT_EQ(log[0].reason, v1::ERROR_REASON_CANCELLED);
  EXPECT_TRUE(log[0].may_be_billed);
  EXPECT_EQ(log[0].duration, 1500ms);
  EXPECT_EQ(log[1].upstream, "b");
  EXPECT_EQ(log[1].cause, "HEDGE");
  EXPECT_EQ(log[1].reason, v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(log[1].started_after, 1s);
  EXPECT_EQ(log[1].upstream_request_id, "req-b");
  EXPECT_EQ(played->stats.upstream_request_id, "req-b");
  EXPECT_EQ(played->reader.beside, std::vector{v1::ERROR_REASON_CANCELLED});
}

TEST(Hedge, AnAnswerWithoutABodyIsOne) {
  World world;
  auto played = world.BeginBoth();
  World::Answer(world.second(), 200, "");
  EXPECT_TRUE(world.first().cancelled);
  EXPECT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.destination, "b");
}

TEST(Hedge, GoesOnAloneWhereTheFirstAttemptFails) {
  World world;
  auto played = world.BeginBoth(Resend::kRefused);
  World::Head(world.second(), 200);
  World::Answer(world.first(), 500, kFailed);
  EXPECT_FALSE(played->reader.ended);
  EXPECT_EQ(played->reader.failures, std::vector{v1::ERROR_REASON_UPSTREAM_ERROR});
  EXPECT_EQ(played->reader.destination, "b");
  EXPECT_EQ(played->stats.http_status, 200);
  http::FakeTransport::Body(world.second(), "{}");
  http::FakeTransport::End(world.second());
  EXPECT_FALSE(played->reader.error);
  EXPECT_EQ(played->reader.body, "{}");
  EXPECT_EQ(played->stats.hedge, "won");
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(Hedge, ItsFailureLeavesTheFirstAttemptAlone) {
  World world;
  auto played = world.BeginBoth();
  World::Answer(world.second(), 500, kFailed);
  EXPECT_FALSE(world.first().over);
  EXPECT_EQ(played->stats.http_status, 0);
  EXPECT_EQ(played->reader.beside, std::vector{v1::ERROR_REASON_UPSTREAM_ERROR});
  EXPECT_EQ(world.model("b").Recent(world.timers.Now()).failed, 1);
  World::Answer(world.first(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
  EXPECT_EQ(played->stats.hedge, "lost");
  EXPECT_EQ(played->stats.upstream, "a");
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(Hedge, WhereBothFailTheCallFailsOnceAndWithItsLastError) {
  for (const bool first_fails_first : {true, false}) {
    World world(World::Two(), [] {
      Route rules = Hedged();
      rules.max_attempts = 2;
      return rules;
    }());
    auto played = world.BeginBoth();
    http::PlayedTransfer& quicker = first_fails_first ? world.first() : world.second();
    http::PlayedTransfer& later = first_fails_first ? world.second() : world.first();
    World::Answer(quicker, 500, kFailed);
    EXPECT_FALSE(played->reader.ended);
    World::Answer(later, 503, kFailed);
    ASSERT_TRUE(played->reader.ended);
    EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_UPSTREAM_OVERLOADED);
    EXPECT_EQ(played->stats.hedge, "lost");
    EXPECT_EQ(world.Won(false), 1);
    world.Advance(30s);
    EXPECT_EQ(world.sent(), 2u);
    EXPECT_EQ(world.in_flight(), 0);
  }
}

TEST(Hedge, AThirdAttemptFollowsOnlyWhereBothMayBeRepeated) {
  const std::vector<PlayedTarget> three{
      {"a"}, {.upstream = "b", .group = 2}, {.upstream = "c", .group = 3}};
  for (const Resend resend : {Resend::kRefused, Resend::kFailed}) {
    World world(three);
    auto played = world.BeginBoth(resend);
    World::Answer(world.first(), 500, kFailed);  // failed: it may be billed
    World::Answer(world.second(), 429, kFailed);
    world.Advance(0s);
    EXPECT_EQ(world.sent(), resend == Resend::kFailed ? 3u : 2u);
    if (resend == Resend::kRefused) {
      EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_RATE_LIMITED);
    } else {
      EXPECT_EQ(World::SentTo(world.last()), "c");
      World::Answer(world.last(), 200, "{}");
      EXPECT_FALSE(played->reader.error);
      EXPECT_EQ(played->stats.hedge, "lost") << "neither of the two answered";
    }
  }
}

TEST(Hedge, ARefusalOfTheRequestItselfEndsBoth) {
  World world;
  auto played = world.BeginBoth(Resend::kAnything);
  World::Answer(world.first(), 400, R"({"error":{"message":"no","param":"temperature"}})");
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_INVALID_PARAMETER);
  EXPECT_TRUE(world.second().cancelled);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(Hedge, ARefusedKeyOfOneLeavesTheOtherAlone) {
  World world({{"a", 2}, {.upstream = "b", .keys = 2, .group = 2}});
  auto played = world.BeginBoth();
  const std::string key = World::KeyOf(world.second());
  World::Answer(world.second(), 401, kFailed);
  world.Advance(0s);
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_FALSE(world.first().over);
  World::Answer(world.first(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
  const KeyPool& keys = world.upstream("b").keys();
  for (const PoolKey& each : keys.keys()) {
    EXPECT_EQ(each.state->removed(world.timers.Now()), each.name == key);
  }
}

TEST(Hedge, ACancelEndsBothInTheSameTurn) {
  World world;
  auto played = world.BeginBoth();
  played->call->Cancel();
  EXPECT_TRUE(world.first().cancelled);
  EXPECT_TRUE(world.second().cancelled);
  EXPECT_EQ(world.transport.wrong_cancels, 0);
  EXPECT_EQ(world.in_flight(), 0);
  EXPECT_EQ(played->reader.beside, std::vector{v1::ERROR_REASON_CANCELLED})
      << "what it may cost is noted";
  EXPECT_EQ(world.Won(false), 1);
  EXPECT_FALSE(world.timers.NextDue());
}

TEST(Hedge, TheDeadlineEndsBoth) {
  World world;
  auto played = world.Begin(Resend::kAnything, true, 4s);
  world.Advance(1s);
  ASSERT_EQ(world.transport.running(), 2u);
  world.Advance(3s);
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_DEADLINE);
  EXPECT_EQ(world.transport.running(), 0u);
  EXPECT_EQ(world.in_flight(), 0);
  EXPECT_FALSE(world.timers.NextDue());
}

TEST(Hedge, ASlowReaderHoldsBackTheOneThatAnswersAndNoOther) {
  World world;
  auto played = world.BeginBoth();
  played->reader.is_full = true;
  World::Head(world.second(), 200);
  http::FakeTransport::Body(world.second(), "{}");
  EXPECT_TRUE(world.second().paused);
  EXPECT_TRUE(world.first().cancelled);
  world.Advance(30s);
  EXPECT_FALSE(played->reader.ended) << "who reads slowly is not a slow upstream";
  played->reader.is_full = false;
  played->call->Resume();
  EXPECT_FALSE(world.second().paused);
  http::FakeTransport::Body(world.second(), "{}");
  http::FakeTransport::End(world.second());
  EXPECT_EQ(played->reader.body, "{}");
}

TEST(Hedge, IsNotMadeAfterTheFirstByte) {
  World world;
  auto played = world.Begin(Resend::kFailed);
  World::Head(world.last(), 200);
  http::FakeTransport::Body(world.last(), "{");
  world.Advance(5s);
  EXPECT_EQ(world.sent(), 1u);
  EXPECT_EQ(played->stats.hedge, "");
}

TEST(Hedge, IsMadeForALaterAttemptToo) {
  World world({{"a"}, {.upstream = "b", .group = 2}, {.upstream = "c", .group = 3}});
  auto played = world.Begin(Resend::kFailed);
  world.Advance(900ms);
  World::Answer(world.last(), 500, kFailed);
  world.Advance(0s);
  EXPECT_EQ(World::SentTo(world.last()), "b");
  world.Advance(999ms);
  EXPECT_EQ(world.sent(), 2u) << "late is counted from its own beginning";
  world.Advance(1ms);
  ASSERT_EQ(world.sent(), 3u);
  EXPECT_EQ(World::SentTo(world.last()), "c");
}

TEST(Hedge, GoesToAnotherEndpointBeforeAnotherTarget) {
  World world({{.upstream = "a", .endpoints = {"10.0.0.1:80", "10.0.0.2:80"}},
               {.upstream = "b", .group = 2}});
  auto played = world.BeginBoth();
  EXPECT_EQ(World::SentTo(world.second()), "a");
  EXPECT_NE(world.second().request.address, world.first().request.address);
  EXPECT_EQ(world.second().request.body, world.first().request.body) << "the very same";
  World::Answer(world.second(), 200, "{}");
  EXPECT_TRUE(world.first().cancelled);
  EXPECT_FALSE(played->stats.route->fallback) << "it is the same target";
  EXPECT_EQ(played->stats.attempt_log[0].endpoint, world.first().request.address);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(Hedge, IsNotMadeWhereThereIsNowhereElse) {
  World alone({{"a"}});
  alone.ExpectNone();
  EXPECT_EQ(alone.Denied("place"), 1);
  World drained;
  drained.endpoint("b").Drain(drained.timers.Now() + 1h, drained.timers.Now());
  drained.ExpectNone();
  World cooling;
  cooling.model("b").CoolDown(cooling.timers.Now() + 1h, cooling.timers.Now(),
                              v1::ERROR_REASON_RATE_LIMITED);
  cooling.ExpectNone();
  World full({{"a"}, {.upstream = "b", .group = 2, .endpoints = {"10.0.0.1:80"}, .limit = 1}});
  routing::PlaceState& only = *full.upstream("b").endpoints()->front()->state;
  EXPECT_TRUE(only.TryBegin(full.timers.Now(), false));
  full.ExpectNone();
}

TEST(Hedge, KeepsToWhatTheCallerAndTheRouteAllow) {
  World pinned;
  pinned.preferences.upstream = "a";
  pinned.ExpectNone();
  World no_fallback;
  no_fallback.preferences.fallback = false;
  no_fallback.ExpectNone();
  World excluded;
  excluded.preferences.exclude_upstreams = {"b"};
  excluded.ExpectNone();
  World tagged({{.upstream = "a", .tags = {"eu"}}, {.upstream = "b", .group = 2}});
  tagged.preferences.require_tags = {"eu"};
  tagged.ExpectNone();
  EXPECT_EQ(tagged.Denied("place"), 1);
}

TEST(Hedge, IsNotMadeWithLessThanHalfOfTheTimeLeft) {
  World world;
  auto played = world.Begin(Resend::kFailed, true, 1900ms);
  world.Advance(1s);
  EXPECT_EQ(world.sent(), 1u);
  EXPECT_EQ(world.Denied("deadline"), 1);
}

TEST(Hedge, IsNotMadeWhileThereIsTooMuchToDo) {
  World world;
  world.busy = true;
  world.ExpectNone();
  world.busy = false;
  world.memory.Add({}, world.memory.limit() * 85 / 100);
  world.ExpectNone();
  EXPECT_EQ(world.Denied("load"), 2);
}

TEST(Hedge, CountsAsAnAttempt) {
  Route rules = Hedged();
  rules.max_attempts = 1;
  World world(World::Two(), rules);
  world.ExpectNone();
  EXPECT_EQ(world.Denied("attempts"), 1);
}

TEST(Hedge, IsMadeForNoMoreThanItsPartOfTheCalls) {
  World world(World::Two(), Hedged(1s, 10));
  constexpr size_t kCalls = 200;
  for (size_t i = 0; i < kCalls; ++i) {
    world.hedge = i % 2 == 1;  // those that do not ask count, too
    auto played = world.Begin(Resend::kFailed);
    world.Advance(1s);
    World::Answer(*world.transport.transfers[world.sent() - 1], 200, "{}");
    if (!played->reader.ended) played->call->Cancel();
    EXPECT_LE(world.sent() * 10, (i + 1) * 11);
  }
  EXPECT_EQ(world.sent(), kCalls + kCalls / 10);
  EXPECT_EQ(world.Won(true), kCalls / 10);
  EXPECT_EQ(world.Denied("budget"), kCalls / 2 - kCalls / 10);
}

TEST(Hedge, ACallThatIsRepeatedByItsCallerAddsNothingToThatPart) {
  World world(World::Two(), Hedged(1s, 50));
  world.previous_attempts = 1;
  for (int i = 0; i < 4; ++i) world.ExpectNone();
}

// --- By what answers take ------------------------------------------------------------------------

class ByTimes : public Test {
 protected:
  void Answer(Duration after) {
    world_.hedge = false;
    auto played = world_.Begin(Resend::kFailed);
    world_.Advance(after);
    World::Answer(world_.last(), 200, "{}");
    world_.hedge = true;
  }

  World world_{World::Two(), Hedged(std::nullopt)};
};

TEST_F(ByTimes, NoneIsMadeBeforeTheyAreKnown) {
  for (int i = 0; i < 19; ++i) Answer(100ms);
  world_.ExpectNone();
}

TEST_F(ByTimes, LateIsWhatOneOfTwentyIs) {
  for (int i = 0; i < 100; ++i) Answer(i < 90 ? 100ms : 400ms);
  auto played = world_.Begin(Resend::kFailed);
  world_.Advance(399ms);
  EXPECT_EQ(world_.sent(), 101u);
  world_.Advance(45ms);
  EXPECT_EQ(world_.sent(), 102u);
}

// Or the more hedges win, the earlier the next one would be.
TEST_F(ByTimes, WhoWasGivenUpCountsAsLate) {
  for (int i = 0; i < 40; ++i) Answer(100ms);
  for (int i = 0; i < 40; ++i) {
    auto played = world_.Begin(Resend::kFailed);
    world_.Advance(500ms);
    World::Answer(world_.last(), 200, "{}");
    if (!played->reader.ended) played->call->Cancel();
  }
  const Route& route = *world_.router.RouteOf("r");
  EXPECT_GE(*world_.hedging.After(*route.hedge, route.targets[0]), 500ms);
}

TEST_F(ByTimes, AreForgottenWithTheRoute) {
  for (int i = 0; i < 20; ++i) Answer(100ms);
  EXPECT_EQ(world_.hedging.targets(), 1u);
  world_.hedging.KeepOnly(world_.router);
  EXPECT_EQ(world_.hedging.targets(), 1u);
  world_.hedging.KeepOnly(Router());
  EXPECT_EQ(world_.hedging.targets(), 0u);
}

}  // namespace
}  // namespace inferwire::upstream
