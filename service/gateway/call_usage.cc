#include "gateway/call_usage.h"

namespace inferwire::gateway {
namespace {

UsedWork Reported(const CallStats& stats) {
  UsedWork used;
  const bool reported = stats.input_tokens || stats.output_tokens || stats.cost_picousd;
  if (reported)
    used.source = v1::USAGE_SOURCE_PROVIDER;
  else if (stats.unpriced)
    used.source = v1::USAGE_SOURCE_ESTIMATED;  // it answered, and said nothing of it
  used.unpriced = stats.unpriced || (reported && !stats.cost_picousd);
  used.input_tokens = stats.input_tokens;
  used.output_tokens = stats.output_tokens;
  used.cached_tokens = stats.cached_tokens;
  used.reasoning_tokens = stats.reasoning_tokens;
  used.picousd = stats.cost_picousd;
  return used;
}

UsedWork Used(const MaybeBilled& billed) {
  UsedWork used;
  used.source = billed.estimate_of.empty() ? v1::USAGE_SOURCE_PROVIDER : v1::USAGE_SOURCE_ESTIMATED;
  used.unpriced = !billed.picousd;
  used.input_tokens = billed.input_tokens;
  used.output_tokens = billed.output_tokens;
  used.picousd = billed.picousd;
  return used;
}

}  // namespace

CallUsage UsageOf(bool failed, const CallStats& stats) {
  if (stats.maybe_billed.why.empty()) return {Reported(stats), std::nullopt};
  // Of a failed call all that was reported is in there as well.
  if (failed) return {Used(stats.maybe_billed), std::nullopt};
  return {Reported(stats), Used(stats.maybe_billed)};
}

}  // namespace inferwire::gateway
