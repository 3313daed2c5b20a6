#include "gateway/call_usage.h"

#include <gtest/gtest.h>

namespace inferwire::gateway {
namespace {

CallStats Answered() {
  CallStats stats;
  stats.attempts = 1;
  stats.input_tokens = 100;
  stats.output_tokens = 20;
  stats.cost_picousd = 72;
  return stats;
}

TEST(CallUsage, OfAnAnswerIsWhatTheProviderReported) {
  const CallUsage usage = UsageOf(false, Answered());
  EXPECT_EQ(usage.call.source, v1::USAGE_SOURCE_PROVIDER);
  EXPECT_EQ(usage.call.picousd, 72);
  EXPECT_FALSE(usage.failed_attempts);
}

TEST(CallUsage, OfAFailedCallIsAllThatItMayBeBilled) {
  CallStats stats;
  stats.input_tokens = 7;
  stats.maybe_billed = {.why = "CANCELLED",
                        .picousd = 80,
                        .estimate_of = "OUTPUT",
                        .input_tokens = 7,
                        .output_tokens = 20};
  const CallUsage usage = UsageOf(true, stats);
  EXPECT_EQ(usage.call.source, v1::USAGE_SOURCE_ESTIMATED);
  EXPECT_EQ(usage.call.output_tokens, 20);
  EXPECT_EQ(usage.call.picousd, 80);
  EXPECT_FALSE(usage.failed_attempts);
}

TEST(CallUsage, OfAnAnswerAfterFailedAttemptsHasThemBesides) {
  CallStats stats = Answered();
  stats.maybe_billed = {.why = "UPSTREAM_ERROR",
                        .picousd = 10,
                        .estimate_of = "INPUT",
                        .input_tokens = 90,
                        .output_tokens = 0};
  const CallUsage usage = UsageOf(false, stats);
  EXPECT_EQ(usage.call.picousd, 72);
  ASSERT_TRUE(usage.failed_attempts);
  EXPECT_EQ(usage.failed_attempts->picousd, 10);
  EXPECT_EQ(usage.failed_attempts->input_tokens, 90);
}

TEST(CallUsage, OfACallThatNeverWentOutIsNothing) {
  const CallUsage usage = UsageOf(true, {});
  EXPECT_EQ(usage.call.source, v1::USAGE_SOURCE_NONE);
  EXPECT_FALSE(usage.call.picousd);
  EXPECT_FALSE(usage.call.unpriced);
}

}  // namespace
}  // namespace inferwire::gateway
