// How a call goes from attempt to attempt: waits, the deadline, its reader's judgement, cancelling.
#include "upstream/upstream_call.h"

#include <gtest/gtest.h>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;

const std::vector<PlayedTarget> kTwo = {{"a"}, {.upstream = "b", .group = 2}};
constexpr std::string_view kFailed = R"({"error":{"message":"it went wrong","type":"t"}})";

Error Fault(v1::ErrorReason reason) {
  Error error;
  error.reason = reason;
  error.reported = true;
  error.message = "found by the reader";
  return error;
}

void Reset(http::PlayedTransfer& transfer, bool unsent) {
  http::Outcome outcome;
  outcome.failure = http::Failure::kReset;
  outcome.provably_unsent = unsent;
  http::FakeTransport::End(transfer, outcome);
}

TEST(UpstreamCall, TheRestOfTheBodyIsTheSameBytesForEveryTarget) {
  RoutedWorld world(kTwo);
  auto played = world.Begin(Resend::kFailed);
  EXPECT_EQ(*world.last().request.body, R"({"model":"model-a",)" + std::string(RoutedWorld::kRest));
  EXPECT_EQ(world.last().request.url, "http://a/v1/model-a");
  RoutedWorld::Answer(world.last(), 500, kFailed);
  world.Advance(0s);
  EXPECT_EQ(*world.last().request.body, R"({"model":"model-b",)" + std::string(RoutedWorld::kRest));
  EXPECT_EQ(world.last().request.url, "http://b/v1/model-b");
  EXPECT_EQ(played->reader.destination, "b");
  EXPECT_EQ(played->stats.upstream, "b");
}

TEST(UpstreamCall, NothingFollowsOutput) {
  for (const Resend resend : {Resend::kRefused, Resend::kFailed, Resend::kAnything}) {
    RoutedWorld world(kTwo);
    auto played = world.Begin(resend);
    played->reader.takes_output = true;
    RoutedWorld::Head(world.last(), 200);
    http::FakeTransport::Body(world.last(), "x");
    Reset(world.last(), false);
    ASSERT_TRUE(played->reader.error);
    EXPECT_FALSE(world.timers.NextDue());
    EXPECT_EQ(world.sent(), 1u);
    EXPECT_EQ(world.in_flight(), 0);
    EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).failed, 1);
  }
}

TEST(UpstreamCall, WhatItsReaderFindsAfterOutputCountsAgainstThePlaceToo) {
  RoutedWorld world(kTwo);
  auto played = world.Begin(Resend::kAnything);
  played->reader.takes_output = true;
  RoutedWorld::Head(world.last(), 200);
  http::FakeTransport::Body(world.last(), "x");
  EXPECT_FALSE(played->call->TryAgain(Fault(v1::ERROR_REASON_STREAM_TRUNCATED)));
  EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).failed, 1);
  EXPECT_EQ(world.transport.running(), 0u);
  EXPECT_EQ(played->stats.attempt_log.at(0).reason, v1::ERROR_REASON_STREAM_TRUNCATED);
}

TEST(UpstreamCall, AnAnswerThatIsAnErrorGoesToTheNextTargetAndIsNoGoodAnswer) {
  RoutedWorld world(kTwo);
  auto played = world.Begin(Resend::kFailed);
  played->reader.fault = Fault(v1::ERROR_REASON_UPSTREAM_ERROR);
  RoutedWorld::Answer(world.last(), 200, kFailed);
  EXPECT_FALSE(played->reader.ended);
  EXPECT_EQ(world.model("a").Recent(world.timers.Now()).failed, 1);
  EXPECT_EQ(world.model("a").Recent(world.timers.Now()).good, 0);
  world.Advance(0s);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_TRUE(played->reader.ended);
  EXPECT_FALSE(played->reader.error);
  EXPECT_EQ(played->reader.body, "{}");
  EXPECT_EQ(world.model("b").Recent(world.timers.Now()).good, 1);
}

TEST(UpstreamCall, AModelThatOnlyAnswersErrorsIsOut) {
  RoutedWorld world(kTwo);
  for (int i = 0; i < 6; ++i) {
    auto played = world.Begin(Resend::kRefused);
    played->reader.fault = Fault(v1::ERROR_REASON_UPSTREAM_ERROR);
    world.Advance(200ms);
    RoutedWorld::Answer(world.last(), 200, kFailed);
  }
  EXPECT_EQ(world.model("a").At(world.timers.Now()), routing::Condition::kOut);
  EXPECT_EQ(world.endpoint("a").At(world.timers.Now()), routing::Condition::kUp);
}

TEST(UpstreamCall, ADeadlineIsNobodysFaultAndNobodysSuccess) {
  RoutedWorld world(kTwo);
  auto played = world.Begin(Resend::kFailed, true, 5s);
  world.Advance(5s);
  ASSERT_TRUE(played->reader.error);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_DEADLINE);
  EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).good, 0);
  EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).failed, 0);
}

TEST(UpstreamCall, AStallThatMayBeSentAgainGetsHalfOfWhatIsLeft) {
  RoutedWorld world(kTwo);
  auto played = world.Begin(Resend::kAnything, true, 10s);
  world.Advance(4999ms);
  EXPECT_EQ(world.sent(), 1u);
  world.Advance(1ms);
  ASSERT_EQ(world.sent(), 2u);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
  world.Advance(4s);
  EXPECT_FALSE(played->reader.ended) << "the last one gets all that is left";
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
}

TEST(UpstreamCall, NeverStartsAnAttemptAfterTheDeadline) {
  for (uint64_t seed = 1; seed < 200; ++seed) {
    RoutedWorld world({{"a", 2}}, {}, seed);
    const SteadyTime deadline = world.timers.Now() + 400ms;
    auto played = world.Begin(Resend::kAnything, seed % 2 == 0, 400ms);
    for (int i = 0; i < 20 && !played->reader.ended; ++i) {
      if (world.transport.running() > 0) {
        ASSERT_LT(world.timers.Now(), deadline) << "seed " << seed;
        RoutedWorld::Answer(world.last(), 429, kFailed, {{"retry-after-ms", "60"}});
      }
      if (const auto due = world.timers.NextDue()) world.Advance(*due - world.timers.Now());
    }
    ASSERT_TRUE(played->reader.ended);
  }
}

TEST(UpstreamCall, WaitsAsLongAsItIsAskedTo) {
  RoutedWorld world({{"a"}});
  auto played = world.Begin(Resend::kFailed);
  RoutedWorld::Answer(world.last(), 429, kFailed, {{"retry-after", "3"}});
  world.Advance(2999ms);
  EXPECT_EQ(world.sent(), 1u);
  world.Advance(1501ms);
  ASSERT_EQ(world.sent(), 2u);
  RoutedWorld::Answer(world.last(), 200, "{}");
  played->call->UpdateLog();
  EXPECT_GE(played->stats.attempt_log.at(1).waited, 3s);
  EXPECT_EQ(played->stats.attempt_log.at(1).cause, "SAME_TARGET");
}

TEST(UpstreamCall, DoesNotWaitLongerThanHalfOfItsTime) {
  RoutedWorld world({{"a"}});
  auto played = world.Begin(Resend::kFailed, true, 5s);
  RoutedWorld::Answer(world.last(), 429, kFailed, {{"retry-after", "3"}});
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(played->reader.error->retry_after, 3000ms);
}

TEST(UpstreamCall, MakesNoMoreAttemptsThanItsRouteAllows) {
  Route rules;
  rules.max_attempts = 2;
  RoutedWorld world({{"a"}, {.upstream = "b", .group = 2}, {.upstream = "c", .group = 3}}, rules);
  auto played = world.Begin(Resend::kFailed);
  for (int i = 0; i < 2; ++i) {
    RoutedWorld::Answer(world.last(), 500, kFailed);
    world.Advance(0s);
  }
  EXPECT_TRUE(played->reader.ended);
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_EQ(played->stats.attempts, 2);
}

TEST(UpstreamCall, AfterAnOverlongPromptOnlyALargerWindowHelps) {
  RoutedWorld world({{.upstream = "a", .window = 1000},
                     {.upstream = "b", .window = 1000, .group = 2},
                     {.upstream = "c", .window = 2000, .group = 3}});
  auto played = world.Begin(Resend::kRefused);
  RoutedWorld::Answer(world.last(), 400,
                      R"({"error":{"message":"too long","code":"context_length_exceeded"}})");
  world.Advance(0s);
  ASSERT_EQ(world.sent(), 2u);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "c");
}

TEST(UpstreamCall, AnAnswerGoesOnOnlyWhereTheRouteListsIt) {
  Route rules;
  rules.also_on_content_filter = true;
  RoutedWorld world(kTwo, rules);
  auto played = world.Begin(Resend::kRefused);
  RoutedWorld::Answer(world.last(), 400,
                      R"({"error":{"message":"no","code":"content_policy_violation"}})");
  world.Advance(0s);
  EXPECT_EQ(world.sent(), 2u);
}

TEST(UpstreamCall, ARequestThatCostsNothingIsSentAgainWhateverHappened) {
  RoutedWorld world({{.upstream = "a", .billed = false}, {.upstream = "b", .group = 2}});
  auto played = world.Begin(Resend::kRefused);
  Reset(world.last(), false);
  world.Advance(0s);
  EXPECT_EQ(world.sent(), 2u);
}

class Cancelling : public testing::TestWithParam<bool> {};

TEST_P(Cancelling, InEveryStateLeavesNothing) {
  const bool routed = GetParam();
  const auto end = [](RoutedWorld& world, PlayedCall& played) {
    played.call->Cancel();
    EXPECT_EQ(world.in_flight(), 0);
    EXPECT_EQ(world.transport.running(), 0u);
    const size_t sent = world.sent();
    world.Advance(1h);
    EXPECT_EQ(world.sent(), sent);
    EXPECT_FALSE(played.reader.ended);
    EXPECT_EQ(world.transport.wrong_cancels, 0);
  };
  {
    SCOPED_TRACE("running");
    RoutedWorld world(kTwo);
    auto played = world.Begin(Resend::kFailed, routed);
    EXPECT_EQ(world.in_flight(), 2) << "the endpoint's and the model's";
    end(world, *played);
    EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).good, 0);
  }
  {
    SCOPED_TRACE("answered");
    RoutedWorld world(kTwo);
    auto played = world.Begin(Resend::kFailed, routed);
    RoutedWorld::Head(world.last(), 200);
    http::FakeTransport::Body(world.last(), "x");
    end(world, *played);
  }
  {
    SCOPED_TRACE("waiting");
    RoutedWorld world({{"a"}});
    auto played = world.Begin(Resend::kFailed, routed);
    RoutedWorld::Answer(world.last(), 503, kFailed, {{"retry-after", "2"}});
    EXPECT_EQ(world.in_flight(), 0) << "who waits holds no place";
    end(world, *played);
  }
  {
    SCOPED_TRACE("between targets");
    RoutedWorld world(kTwo);
    auto played = world.Begin(Resend::kFailed, true);
    RoutedWorld::Answer(world.last(), 500, kFailed);
    end(world, *played);
  }
  {
    SCOPED_TRACE("over");
    RoutedWorld world(kTwo);
    auto played = world.Begin(Resend::kFailed, routed);
    RoutedWorld::Answer(world.last(), 200, "{}");
    played->call->Cancel();
    EXPECT_EQ(world.in_flight(), 0);
    EXPECT_EQ(world.endpoint("a").Recent(world.timers.Now()).good, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Cancelling, testing::Bool(),
                         [](const auto& of) { return of.param ? "Routed" : "Unrouted"; });

}  // namespace
}  // namespace inferwire::upstream
