// What of a call goes into the ledger.
#include "rpc/booking.h"

#include <gtest/gtest.h>

namespace inferwire::rpc {
namespace {

using gateway::CallStats;
using ledger::Source;

CallStats Answered() {
  CallStats stats;
  stats.attempts = 1;
  stats.input_tokens = 100;
  stats.output_tokens = 20;
  stats.cached_tokens = 60;
  stats.reasoning_tokens = 5;
  stats.cost_picousd = 72;
  return stats;
}

Error Cancelled() {
  Error error;
  error.code = Code::kCancelled;
  return error;
}

TEST(Booking, OfAnAnswerIsWhatTheProviderReported) {
  const BookedUsage used = UsageOf(nullptr, Answered());
  EXPECT_EQ(used.call.source, Source::kProvider);
  EXPECT_EQ(used.call.code, 0);
  EXPECT_EQ(used.call.calls, 1u);
  EXPECT_EQ(used.call.attempts, 1);
  EXPECT_EQ(used.call.input, 100);
  EXPECT_EQ(used.call.cached, 60);
  EXPECT_EQ(used.call.output, 20);
  EXPECT_EQ(used.call.reasoning, 5);
  EXPECT_EQ(used.call.picousd, 72);
  EXPECT_EQ(used.call.unpriced, 0u);
  EXPECT_FALSE(used.failed_attempts);
}

TEST(Booking, OfAnAnswerWithoutAPriceSaysSo) {
  CallStats stats = Answered();
  stats.cost_picousd.reset();
  stats.unpriced = true;
  const BookedUsage used = UsageOf(nullptr, stats);
  EXPECT_EQ(used.call.source, Source::kProvider);
  EXPECT_EQ(used.call.unpriced, 1u);
  EXPECT_EQ(used.call.picousd, 0);
}

TEST(Booking, OfAnAnswerThatSaysNothingOfItsUseIsNotThatOfNone) {
  CallStats stats;
  stats.unpriced = true;
  const BookedUsage used = UsageOf(nullptr, stats);
  EXPECT_EQ(used.call.source, Source::kEstimated);
  EXPECT_EQ(used.call.unpriced, 1u);
}

TEST(Booking, OfACallThatNeverWentOutIsNothing) {
  const Error error = Cancelled();
  const BookedUsage used = UsageOf(&error, {});
  EXPECT_EQ(used.call.source, Source::kNone);
  EXPECT_EQ(used.call.code, static_cast<int>(Code::kCancelled));
  EXPECT_EQ(used.call.unpriced, 0u);
}

TEST(Booking, OfAFailedCallIsWhatMayBeBilledOnce) {
  CallStats stats;
  stats.input_tokens = 100;  // reported before it broke, and part of what may be billed
  stats.attempts = 2;
  stats.maybe_billed = {.why = "CANCELLED",
                        .picousd = 900,
                        .estimate_of = "OUTPUT",
                        .input_tokens = 100,
                        .output_tokens = 7};
  const Error error = Cancelled();
  const BookedUsage used = UsageOf(&error, stats);
  EXPECT_EQ(used.call.source, Source::kEstimated);
  EXPECT_EQ(used.call.input, 100);
  EXPECT_EQ(used.call.output, 7);
  EXPECT_EQ(used.call.picousd, 900);
  EXPECT_EQ(used.call.attempts, 2);
  EXPECT_FALSE(used.failed_attempts);

  stats.maybe_billed.estimate_of = "";
  stats.maybe_billed.picousd.reset();
  const BookedUsage reported = UsageOf(&error, stats);
  EXPECT_EQ(reported.call.source, Source::kProvider);
  EXPECT_EQ(reported.call.unpriced, 1u);
}

TEST(Booking, OfAnAnswerAfterFailedAttemptsHasThemBesidesAndIsOneCall) {
  CallStats stats = Answered();
  stats.maybe_billed = {.why = "STREAM_TRUNCATED",
                        .picousd = 10,
                        .estimate_of = "INPUT",
                        .input_tokens = 90,
                        .output_tokens = 0};
  const BookedUsage used = UsageOf(nullptr, stats);
  EXPECT_EQ(used.call.picousd, 72);
  ASSERT_TRUE(used.failed_attempts);
  EXPECT_EQ(used.failed_attempts->calls, 0u);
  EXPECT_EQ(used.failed_attempts->picousd, 10);
  EXPECT_EQ(used.failed_attempts->source, Source::kEstimated);
}

TEST(Booking, IsForTheTenantTheTeamAndTheKeyOrTheCertificatesName) {
  const tenancy::Principal principal{.tenant = "acme", .team = "search", .key = "AbCd1234"};
  const ledger::Names asked = BookedCaller(&principal, "spiffe://prod.example/search");
  EXPECT_EQ(asked.tenant, "acme");
  EXPECT_EQ(asked.team, "search");
  EXPECT_EQ(asked.key, "AbCd1234");
  const ledger::Names not_asked = BookedCaller(nullptr, "spiffe://prod.example/search");
  EXPECT_EQ(not_asked.tenant, "spiffe://prod.example/search");
  EXPECT_EQ(not_asked.team, "");
}

}  // namespace
}  // namespace inferwire::rpc
