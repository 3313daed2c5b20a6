#include "policy/settlement.h"

#include <gmock/gmock.h>

namespace inferwire::policy {
namespace {

TEST(SettlementOf, SaysWhatTheUpstreamReported) {
  gateway::CallStats stats;
  stats.attempts = 1;
  stats.input_tokens = 7;
  stats.output_tokens = 3;
  stats.cost_picousd = 50;
  const Settlement settlement = SettlementOf(nullptr, stats);
  EXPECT_EQ(settlement.code, Code::kOk);
  EXPECT_TRUE(settlement.sent_upstream);
  EXPECT_EQ(settlement.input_tokens, 7);
  EXPECT_EQ(settlement.output_tokens, 3);
  EXPECT_EQ(settlement.picousd, 50);
}

TEST(SettlementOf, OfACallThatFailedWhatMayBeBilledAllTheSame) {
  gateway::CallStats stats;
  stats.attempts = 2;
  stats.input_tokens = 7;
  stats.maybe_billed = {.why = "CANCELLED",
                        .picousd = 80,
                        .estimate_of = "OUTPUT",
                        .input_tokens = 9,
                        .output_tokens = 20};
  Error error;
  error.code = Code::kCancelled;
  error.reason = v1::ERROR_REASON_CANCELLED;
  const Settlement settlement = SettlementOf(&error, stats);
  EXPECT_EQ(settlement.code, Code::kCancelled);
  EXPECT_EQ(settlement.reason, v1::ERROR_REASON_CANCELLED);
  EXPECT_EQ(settlement.input_tokens, 9) << "all attempts together, as the ledger has it";
  EXPECT_EQ(settlement.output_tokens, 20);
  EXPECT_EQ(settlement.picousd, 80);
}

TEST(SettlementOf, OfAnAnswerAfterFailedAttemptsHasThemBesides) {
  gateway::CallStats stats;
  stats.attempts = 2;
  stats.output_tokens = 3;
  stats.cost_picousd = 50;
  stats.maybe_billed = {.why = "UPSTREAM_ERROR",
                        .picousd = 80,
                        .estimate_of = "INPUT",
                        .input_tokens = 9,
                        .output_tokens = 0};
  const Settlement settlement = SettlementOf(nullptr, stats);
  EXPECT_EQ(settlement.picousd, 50);
  EXPECT_EQ(settlement.output_tokens, 3);
  EXPECT_EQ(settlement.failed_attempts.picousd, 80);
  EXPECT_EQ(settlement.failed_attempts.input_tokens, 9);
}

TEST(SettlementOf, OfACallThatWasNeverSentNothing) {
  Error error;
  const Settlement settlement = SettlementOf(&error, {});
  EXPECT_FALSE(settlement.sent_upstream);
  EXPECT_EQ(settlement.input_tokens, std::nullopt);
  EXPECT_EQ(settlement.picousd, std::nullopt);
}

}  // namespace
}  // namespace inferwire::policy
