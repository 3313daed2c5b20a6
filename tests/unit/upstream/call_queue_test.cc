// Calls to an upstream whose endpoints take no more at once: who waits, how long, and who is next.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;
using ::testing::HasSubstr;

class CallQueue : public testing::TestWithParam<bool> {
 protected:
  static PlayedTarget Limited(int limit, int queue = 64) {
    return {.upstream = "a", .endpoints = {"10.0.0.1:80"}, .limit = limit, .queue = queue};
  }
  std::unique_ptr<PlayedCall> Begin(RoutedWorld& world, Duration time = 60s) {
    return world.Begin(Resend::kRefused, /*routed=*/GetParam(), time);
  }
  static void Answer(RoutedWorld& world, size_t i) {
    RoutedWorld::Answer(*world.transport.transfers.at(i), 200, "{}");
  }
};

TEST_P(CallQueue, TheNextWaitsUntilAPlaceIsLeft) {
  RoutedWorld world({Limited(1)});
  auto first = Begin(world);
  auto second = Begin(world);
  EXPECT_EQ(world.sent(), 1u);
  world.Advance(300ms);
  Answer(world, 0);
  world.mailbox.Run();
  ASSERT_EQ(world.sent(), 2u);
  Answer(world, 1);
  EXPECT_FALSE(second->reader.error);
  EXPECT_EQ(second->stats.attempts, 1);
  second->call->UpdateLog();
  EXPECT_EQ(second->stats.attempt_log.at(0).waited, 300ms);
  EXPECT_EQ(world.in_flight(), 0);
  EXPECT_THAT(
      world.metrics.Expose(),
      HasSubstr("inferwire_place_queue_wait_seconds_count{gen_ai_provider_name=\"a\"} 1\n"));
}

TEST_P(CallQueue, FirstComeFirstServedAndNobodyOvertakes) {
  RoutedWorld world({Limited(1)});
  std::vector<std::unique_ptr<PlayedCall>> calls;
  for (int i = 0; i < 3; ++i) calls.push_back(Begin(world));
  Answer(world, 0);
  calls.push_back(Begin(world));  // the place is free, but not for it
  EXPECT_EQ(world.sent(), 1u);
  for (size_t i = 1; i < 4; ++i) {
    world.mailbox.Run();
    ASSERT_EQ(world.sent(), i + 1);
    EXPECT_EQ(calls[i]->stats.attempts, 1) << i;
    Answer(world, i);
    EXPECT_TRUE(calls[i]->reader.ended) << i;
  }
}

TEST_P(CallQueue, AWaitEndsWithAnErrorThatIsSafeToRepeat) {
  RoutedWorld world({Limited(1)});
  auto first = Begin(world);
  auto second = Begin(world);
  world.Advance(999ms);
  EXPECT_FALSE(second->reader.ended);
  world.Advance(1ms);
  ASSERT_TRUE(second->reader.error);
  EXPECT_EQ(second->reader.error->reason, v1::ERROR_REASON_UPSTREAM_OVERLOADED);
  EXPECT_TRUE(second->reader.error->safe_to_retry);
  EXPECT_THAT(second->reader.error->message, HasSubstr("as many calls as it takes"));
  EXPECT_EQ(world.sent(), 1u);
  EXPECT_EQ(world.upstream("a").options().queue->waiting(), 0);
  EXPECT_THAT(world.metrics.Expose(),
              HasSubstr("inferwire_place_refusals_total{gen_ai_provider_name=\"a\","
                        "reason=\"waited_enough\"} 1\n"));
}

TEST_P(CallQueue, NoLongerThanATenthOfTheCallsTime) {
  RoutedWorld world({Limited(1)});
  auto first = Begin(world);
  auto second = Begin(world, 2s);
  world.Advance(200ms);
  EXPECT_TRUE(second->reader.ended);
}

TEST_P(CallQueue, SoManyWaitAndNoMore) {
  RoutedWorld world({Limited(1, /*queue=*/1)});
  auto first = Begin(world);
  auto second = Begin(world);
  auto third = Begin(world);
  EXPECT_FALSE(second->reader.ended);
  ASSERT_TRUE(third->reader.error);
  EXPECT_EQ(third->reader.error->reason, v1::ERROR_REASON_UPSTREAM_OVERLOADED);
}

TEST_P(CallQueue, OneThatIsCancelledLeavesItsTurnToTheNext) {
  RoutedWorld world({Limited(1)});
  auto first = Begin(world);
  auto second = Begin(world);
  auto third = Begin(world);
  Answer(world, 0);  // wakes the second
  second->call->Cancel();
  while (world.mailbox.Run()) {
  }
  ASSERT_EQ(world.sent(), 2u);
  Answer(world, 1);
  EXPECT_TRUE(third->reader.ended);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST_P(CallQueue, OneThatEndsWhileItWaitsIsForgotten) {
  RoutedWorld world({Limited(1)});
  auto first = Begin(world);
  Begin(world).reset();
  EXPECT_EQ(world.upstream("a").options().queue->waiting(), 0);
  Answer(world, 0);
  world.mailbox.Run();
  EXPECT_EQ(world.sent(), 1u);
}

TEST_P(CallQueue, EachOfSeveralEndpointsHasItsLimit) {
  PlayedTarget target = Limited(1);
  target.endpoints = {"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"};
  RoutedWorld world({target});
  std::vector<std::unique_ptr<PlayedCall>> calls;
  for (int i = 0; i < 4; ++i) calls.push_back(Begin(world));
  ASSERT_EQ(world.sent(), 3u);
  std::set<std::string> used;
  for (const auto& transfer : world.transport.transfers) used.insert(transfer->request.address);
  EXPECT_EQ(used.size(), 3u);
  const std::string left = world.transport.transfers[1]->request.address;
  Answer(world, 1);
  world.mailbox.Run();
  ASSERT_EQ(world.sent(), 4u);
  EXPECT_EQ(world.last().request.address, left);
}

TEST_P(CallQueue, AFailureDoesNotGoToOneThatIsFull) {
  PlayedTarget target = Limited(1);
  target.endpoints = {"10.0.0.1:80", "10.0.0.2:80"};
  RoutedWorld world({target});
  auto first = Begin(world);
  auto second = Begin(world);
  http::Outcome refused;
  refused.failure = http::Failure::kConnect;
  refused.provably_unsent = true;
  const std::string failed = world.last().request.address;
  http::FakeTransport::End(world.last(), refused);
  world.Advance(1s);  // the same one, after a while
  ASSERT_EQ(world.sent(), 3u);
  EXPECT_EQ(world.last().request.address, failed);
}

INSTANTIATE_TEST_SUITE_P(RoutedOrNot, CallQueue, testing::Bool());

TEST(CallQueueOfRoutes, TheNextTargetIsAskedBeforeAnybodyWaits) {
  RoutedWorld world(
      {{.upstream = "a", .endpoints = {"10.0.0.1:80"}, .limit = 1}, {.upstream = "b", .group = 2}});
  auto first = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "a");
  auto second = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
}

}  // namespace
}  // namespace inferwire::upstream
