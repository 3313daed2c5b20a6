#include "policy/settlement.h"

namespace inferwire::policy {
namespace {

using Count = std::optional<int64_t>;

const Count& FirstOf(const Count& reported, const Count& otherwise) {
  return reported ? reported : otherwise;
}

}  // namespace

Settlement SettlementOf(const Error* error, const gateway::CallStats& stats) {
  Settlement settlement;
  settlement.sent_upstream = stats.attempts > 0;
  settlement.input_tokens = stats.input_tokens;
  settlement.output_tokens = stats.output_tokens;
  settlement.picousd = stats.cost_picousd;
  if (!error) return settlement;
  settlement.code = error->code;
  settlement.reason = error->reason;
  const gateway::MaybeBilled& bill = stats.maybe_billed;
  settlement.input_tokens = FirstOf(stats.input_tokens, bill.input_tokens);
  settlement.output_tokens = FirstOf(stats.output_tokens, bill.output_tokens);
  settlement.picousd = FirstOf(stats.cost_picousd, bill.picousd);
  return settlement;
}

}  // namespace inferwire::policy
