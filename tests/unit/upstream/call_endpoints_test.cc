// A call to an upstream with several endpoints: where its attempts go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Condition;
using routing::Resend;

const std::vector<std::string> kThree{"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"};

class CallEndpoints : public testing::Test {
 protected:
  static PlayedTarget Several(std::vector<std::string> endpoints = kThree) {
    return {.upstream = "a", .endpoints = std::move(endpoints)};
  }
  static http::Outcome Refused() {
    http::Outcome outcome;
    outcome.failure = http::Failure::kConnect;
    outcome.message = "refused";
    outcome.provably_unsent = true;
    return outcome;
  }
  static void Refuse(http::PlayedTransfer& transfer) {
    http::FakeTransport::End(transfer, Refused());
  }
  static const Endpoint& At(const RoutedWorld& world, const std::string& address) {
    static const Endpoint kNone;
    for (const auto& endpoint : *world.upstream("a").endpoints()) {
      if (endpoint->address == address) return *endpoint;
    }
    ADD_FAILURE() << address;
    return kNone;
  }
  // Failures until it is out.
  static void Break(RoutedWorld& world, const std::string& address) {
    routing::PlaceState& state = *At(world, address).state;
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(state.TryBegin(world.timers.Now(), false));
      world.clock.Advance(200ms);
      state.End(routing::PlaceState::Ended::kFailed, world.timers.Now(), {},
                v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
    }
    ASSERT_EQ(state.At(world.timers.Now()), Condition::kOut);
  }
};

// One call at this endpoint: others are tried first if they come first.
class CallEndpointsThatFail : public CallEndpoints {
 protected:
  // Calls end with these statuses where they land, until there were so many.
  static void Call(RoutedWorld& world, int calls, const std::map<std::string, int>& status) {
    for (int i = 0; i < calls; ++i) {
      auto played = world.Begin(Resend::kRefused, /*routed=*/false);
      const int answer = status.at(world.last().request.address);
      RoutedWorld::Answer(world.last(), answer,
                          answer == 200 ? "{}" : R"({"error":{"message":"m","type":"t"}})");
      world.Advance(50ms);
    }
  }
  static Condition ConditionOf(const RoutedWorld& world, const std::string& address) {
    return At(world, address).state->At(world.timers.Now());
  }
  static PlayedTarget Spread() {
    PlayedTarget target = Several();
    target.balance = routing::Strategy::kWeighted;
    return target;
  }
};

TEST_F(CallEndpointsThatFail, TheOneThatFailsWhatOthersDoWellIsOutAndNotTheModel) {
  RoutedWorld world({Spread()});
  Call(world, 100, {{kThree[0], 200}, {kThree[1], 500}, {kThree[2], 200}});
  EXPECT_EQ(ConditionOf(world, kThree[0]), Condition::kUp);
  EXPECT_EQ(ConditionOf(world, kThree[1]), Condition::kOut);
  EXPECT_EQ(ConditionOf(world, kThree[2]), Condition::kUp);
  EXPECT_EQ(world.model("a").At(world.timers.Now()), Condition::kUp);
}

TEST_F(CallEndpointsThatFail, WhereAllFailItIsTheModel) {
  RoutedWorld world({Spread()});
  Call(world, 10, {{kThree[0], 200}, {kThree[1], 200}, {kThree[2], 200}});
  world.Advance(1s);
  Call(world, 30, {{kThree[0], 500}, {kThree[1], 500}, {kThree[2], 500}});
  EXPECT_EQ(world.model("a").At(world.timers.Now()), Condition::kOut);
  for (const std::string& address : kThree) {
    EXPECT_EQ(ConditionOf(world, address), Condition::kUp) << address;
  }
}

TEST_F(CallEndpointsThatFail, ButNotFromTheVeryFirstCallOn) {
  RoutedWorld world({Spread()});
  Call(world, 30, {{kThree[0], 500}, {kThree[1], 500}, {kThree[2], 500}});
  EXPECT_EQ(world.model("a").At(world.timers.Now()), Condition::kOut);
  for (const std::string& address : kThree) {
    EXPECT_EQ(ConditionOf(world, address), Condition::kUp) << address;
  }
}

TEST_F(CallEndpointsThatFail, AModelThatIsNotThereIsNobodysEndpointsFault) {
  RoutedWorld world({Spread()});
  for (int i = 0; i < 60; ++i) {
    auto played = world.Begin(Resend::kRefused, /*routed=*/false);
    const bool missing = world.last().request.address == kThree[1];
    RoutedWorld::Answer(world.last(), missing ? 404 : 200,
                        missing ? R"({"error":{"message":"m","code":"model_not_found"}})" : "{}");
    world.Advance(50ms);
  }
  EXPECT_EQ(ConditionOf(world, kThree[1]), Condition::kUp);
}

TEST_F(CallEndpoints, WithoutSeveralTheUrlSaysWhere) {
  RoutedWorld world({{"a"}});
  auto played = world.Begin(Resend::kFailed);
  EXPECT_EQ(world.last().request.address, "");
}

TEST_F(CallEndpoints, CallsSpreadAndAskForTheSameUrl) {
  RoutedWorld world({Several()});
  std::vector<std::unique_ptr<PlayedCall>> running;
  std::map<std::string, int> at;
  for (int i = 0; i < 30; ++i) {
    running.push_back(world.Begin(Resend::kFailed, /*routed=*/false));
    EXPECT_EQ(world.last().request.url, "http://a/v1/model-a");
    ++at[world.last().request.address];
  }
  ASSERT_EQ(at.size(), 3u);
  for (const auto& [address, calls] : at) EXPECT_NEAR(calls, 10, 2) << address;
  running.clear();
  EXPECT_EQ(world.in_flight(), 0);
}

TEST_F(CallEndpoints, OneThatCannotBeReachedIsFollowedByAnother) {
  for (const bool routed : {false, true}) {
    RoutedWorld world({Several()});
    auto played = world.Begin(Resend::kRefused, routed);
    const std::string first = world.last().request.address;
    Refuse(world.last());
    world.Advance(0s);
    ASSERT_EQ(world.sent(), 2u) << "at once";
    const std::string second = world.last().request.address;
    EXPECT_NE(second, first);
    RoutedWorld::Answer(world.last(), 200, "{}");
    EXPECT_FALSE(played->reader.error);
    const auto& log = played->stats.attempt_log;
    played->call->UpdateLog();
    ASSERT_EQ(log.size(), 2u);
    EXPECT_EQ(log[0].endpoint, first);
    EXPECT_EQ(log[1].endpoint, second);
    EXPECT_EQ(log[1].cause, "OTHER_ENDPOINT");
    EXPECT_EQ(world.in_flight(), 0);
  }
}

TEST_F(CallEndpoints, EachIsTriedOnceBeforeTheNextTarget) {
  Route rules;
  rules.max_attempts = 6;
  RoutedWorld world({Several(), {.upstream = "b", .group = 2}}, rules);
  auto played = world.Begin(Resend::kRefused);
  std::multiset<std::string> tried;
  for (int i = 0; i < 3; ++i) {
    tried.insert(world.last().request.address);
    Refuse(world.last());
    world.Advance(0s);
  }
  EXPECT_EQ(tried, std::multiset<std::string>(kThree.begin(), kThree.end()));
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
  EXPECT_EQ(world.last().request.address, "") << "it has one address";
}

TEST_F(CallEndpoints, WhatMayBeBilledGoesToAnotherOnlyIfThatIsAllowed) {
  for (const bool allowed : {false, true}) {
    RoutedWorld world({Several()});
    auto played = world.Begin(allowed ? Resend::kFailed : Resend::kRefused, false);
    const std::string first = world.last().request.address;
    RoutedWorld::Answer(world.last(), 503, R"({"error":{"message":"busy","type":"t"}})");
    world.Advance(0s);
    EXPECT_EQ(played->reader.ended, !allowed);
    if (!allowed) continue;
    EXPECT_NE(world.last().request.address, first);
  }
}

TEST_F(CallEndpoints, TheLastAttemptIsTheLast) {
  RoutedWorld world({Several()});  // three attempts
  auto played = world.Begin(Resend::kRefused);
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(played->reader.ended) << i;
    Refuse(world.last());
    world.Advance(0s);
  }
  EXPECT_TRUE(played->reader.ended);
  EXPECT_EQ(world.sent(), 3u);
}

TEST_F(CallEndpoints, OneThatIsOutGetsNoCalls) {
  RoutedWorld world({Several()});
  Break(world, kThree[1]);
  for (int i = 0; i < 20; ++i) {
    auto played = world.Begin(Resend::kRefused, /*routed=*/i % 2 == 0);
    EXPECT_NE(world.last().request.address, kThree[1]);
    RoutedWorld::Answer(world.last(), 200, "{}");
  }
}

TEST_F(CallEndpoints, OneThatAsksToBeLeftAloneRestsByItself) {
  RoutedWorld world({Several()});
  auto played = world.Begin(Resend::kRefused);
  const std::string first = world.last().request.address;
  RoutedWorld::Answer(world.last(), 503, "{}", {{"retry-after", "30"}});
  world.Advance(0s);
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
  EXPECT_EQ(At(world, first).state->At(world.timers.Now()), Condition::kCoolingDown);
  EXPECT_EQ(world.model("a").At(world.timers.Now()), Condition::kUp)
      << "the model is elsewhere too";
}

TEST_F(CallEndpoints, AVanishedOneGetsNoNewCallsAndKeepsItsOwn) {
  RoutedWorld world({Several()});
  auto running = world.Begin(Resend::kRefused);
  const std::string vanished = world.last().request.address;
  const size_t first = world.sent() - 1;
  std::vector<std::string> left = kThree;
  std::erase(left, vanished);
  world.upstream("a").options().endpoints->Replace(left, world.timers.Now());
  for (int i = 0; i < 20; ++i) {
    auto played = world.Begin(Resend::kRefused);
    EXPECT_NE(world.last().request.address, vanished);
    RoutedWorld::Answer(world.last(), 200, "{}");
  }
  RoutedWorld::Answer(*world.transport.transfers[first], 200, "{}");
  EXPECT_FALSE(running->reader.error);
}

TEST_F(CallEndpoints, AfterAFailureANewOneIsFoundToo) {
  RoutedWorld world({Several({"10.0.0.1:80"})});
  auto played = world.Begin(Resend::kRefused);
  world.upstream("a").options().endpoints->Replace({"10.0.0.9:80"}, world.timers.Now());
  Refuse(world.last());
  world.Advance(0s);
  EXPECT_EQ(world.last().request.address, "10.0.0.9:80");
}

TEST_F(CallEndpoints, WithoutAnyAddressTheCallSaysSo) {
  for (const bool routed : {false, true}) {
    RoutedWorld world({Several()});
    world.upstream("a").options().endpoints->Replace({}, world.timers.Now());
    auto played = world.Begin(Resend::kFailed, routed);
    ASSERT_TRUE(played->reader.error);
    EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
    EXPECT_TRUE(played->reader.error->safe_to_retry);
    EXPECT_EQ(world.sent(), 0u);
  }
}

TEST_F(CallEndpoints, ARouteGoesElsewhereWhileNoAddressIsKnown) {
  RoutedWorld world({Several(), {.upstream = "b", .group = 2}});
  world.upstream("a").options().endpoints->Replace({}, world.timers.Now());
  auto played = world.Begin(Resend::kFailed);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
}

TEST_F(CallEndpoints, AnUpstreamIsOutWhenAllOfItsEndpointsAre) {
  RoutedWorld world({Several(), {.upstream = "b", .group = 2}});
  for (const std::string& address : kThree) {
    auto played = world.Begin(Resend::kFailed);
    EXPECT_EQ(RoutedWorld::SentTo(world.last()), "a") << address;
    RoutedWorld::Answer(world.last(), 200, "{}");
    Break(world, address);
  }
  auto played = world.Begin(Resend::kFailed);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
}

// Of three, one may be left alone at once.
TEST_F(CallEndpoints, WhenTooManyAreOutSomeAreUsedAllTheSame) {
  RoutedWorld world({Several(), {.upstream = "b", .group = 2}});
  Break(world, kThree[0]);
  for (int i = 0; i < 20; ++i) {
    auto played = world.Begin(Resend::kFailed);
    EXPECT_NE(world.last().request.address, kThree[0]);
    RoutedWorld::Answer(world.last(), 200, "{}");
  }
  Break(world, kThree[1]);
  std::vector<std::unique_ptr<PlayedCall>> running;
  std::map<std::string, int> at;
  for (int i = 0; i < 20; ++i) {
    running.push_back(world.Begin(Resend::kFailed));
    EXPECT_EQ(RoutedWorld::SentTo(world.last()), "a");
    ++at[world.last().request.address];
  }
  EXPECT_EQ(at[kThree[1]], 0) << "the other one that is out";
  EXPECT_NEAR(at[kThree[0]], 10, 2) << "what is in flight there counts";
  EXPECT_NEAR(at[kThree[2]], 10, 2);
  EXPECT_THAT(world.metrics.Expose(),
              testing::HasSubstr("inferwire_endpoint_panics_total{gen_ai_provider_name=\"a\"} " +
                                 std::to_string(at[kThree[0]]) + "\n"));
  running.clear();
  EXPECT_EQ(world.in_flight(), 0);
  EXPECT_EQ(At(world, kThree[0]).state->At(world.timers.Now()), Condition::kOut)
      << "the breaker does not go by it";
}

TEST_F(CallEndpoints, TheOnlyUpstreamIsAskedAlthoughAllAreOut) {
  RoutedWorld world({Several()});
  for (const std::string& address : kThree) Break(world, address);
  auto played = world.Begin(Resend::kFailed, /*routed=*/false);
  ASSERT_EQ(world.sent(), 1u);
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
}

TEST_F(CallEndpoints, DrainedOnesAreLeftAloneByEverybody) {
  RoutedWorld world({Several()});
  for (const std::string& address : kThree) {
    At(world, address).state->Drain(world.timers.Now() + 1h, world.timers.Now());
  }
  auto played = world.Begin(Resend::kFailed, /*routed=*/false);
  ASSERT_TRUE(played->reader.error);
  EXPECT_EQ(world.sent(), 0u);
}

// Of 3 s, where a connection may take 3 s by itself.
TEST_F(CallEndpoints, AConnectionGetsAThirdOfTheTimeWhileAnotherPlaceIsLeft) {
  RoutedWorld world({Several()});  // three attempts
  auto played = world.Begin(Resend::kRefused, /*routed=*/false, 3s);
  EXPECT_EQ(world.last().request.connect_timeout, 1s);
  world.Advance(1s);
  Refuse(world.last());
  world.Advance(0s);
  EXPECT_EQ(world.last().request.connect_timeout, 667ms);
  Refuse(world.last());
  world.Advance(0s);
  EXPECT_EQ(world.last().request.connect_timeout, 3s) << "the last one gets all";
  auto relaxed = world.Begin(Resend::kRefused, /*routed=*/false, 1min);
  EXPECT_EQ(world.last().request.connect_timeout, 3s);
  RoutedWorld alone({{"a"}});
  auto only = alone.Begin(Resend::kRefused, /*routed=*/true, 3s);
  EXPECT_EQ(alone.last().request.connect_timeout, 3s);
}

TEST_F(CallEndpoints, AStallThatMayBeSentAgainLeavesHalfOfTheTimeToAnother) {
  RoutedWorld world({Several()});
  auto played = world.Begin(Resend::kAnything, /*routed=*/false, 10s);
  const std::string first = world.last().request.address;
  world.Advance(5s);
  ASSERT_EQ(world.sent(), 2u);
  EXPECT_NE(world.last().request.address, first);
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
}

TEST_F(CallEndpoints, NoAttemptBeginsThatCannotEndInTime) {
  for (const bool in_time : {false, true}) {
    RoutedWorld world({Several()});
    for (int i = 0; i < 50; ++i) {  // each takes 2 s
      auto played = world.Begin(Resend::kRefused, /*routed=*/false);
      world.Advance(2s);
      RoutedWorld::Answer(world.last(), 200, "{}");
    }
    const size_t before = world.sent();
    auto played = world.Begin(Resend::kRefused, /*routed=*/false, in_time ? 5s : 2s);
    world.Advance(1s);
    Refuse(world.last());
    world.Advance(0s);
    EXPECT_EQ(world.sent() - before, in_time ? 2u : 1u);
    EXPECT_EQ(played->reader.ended, !in_time);
  }
}

TEST_F(CallEndpoints, AConversationStaysAtItsEndpoint) {
  PlayedTarget target = Several();
  target.balance = routing::Strategy::kAffinity;
  RoutedWorld world({target});
  std::set<std::string> all;
  for (uint64_t conversation = 1; conversation <= 50; ++conversation) {
    world.affinity = routing::StableHash("conversation", conversation);
    std::set<std::string> used;
    for (int turn = 0; turn < 3; ++turn) {
      auto played = world.Begin(Resend::kFailed, false);
      used.insert(world.last().request.address);
      RoutedWorld::Answer(world.last(), 200, "{}");
    }
    EXPECT_EQ(used.size(), 1u) << conversation;
    all.insert(used.begin(), used.end());
  }
  EXPECT_EQ(all.size(), 3u) << "and the conversations are everywhere";
}

}  // namespace
}  // namespace inferwire::upstream
