#include "policy/settlement.h"

#include "gateway/call_usage.h"

namespace inferwire::policy {

Settlement SettlementOf(const Error* error, const gateway::CallStats& stats) {
  const gateway::CallUsage usage = gateway::UsageOf(error != nullptr, stats);
  Settlement settlement;
  if (error) {
    settlement.code = error->code;
    settlement.reason = error->reason;
  }
  settlement.sent_upstream = stats.attempts > 0;
  settlement.input_tokens = usage.call.input_tokens;
  settlement.output_tokens = usage.call.output_tokens;
  settlement.picousd = usage.call.picousd;
  if (const auto& failed = usage.failed_attempts) {
    settlement.failed_attempts = {failed->input_tokens.value_or(0),
                                  failed->output_tokens.value_or(0), failed->picousd.value_or(0)};
  }
  return settlement;
}

}  // namespace inferwire::policy
