#include "base/caller_metrics.h"

#include <string>

namespace llmgate {
namespace {

constexpr size_t kMaxCallers = 100;
constexpr double kPicoUsd = 1e-12;

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  const std::string& name,
                                                  const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

}  // namespace

CallerMetrics::CallerMetrics(prometheus::Registry& registry, prometheus::Counter& overflow)
    : calls_(Counters(registry, "llmgate_caller_requests_total",
                      "Ended calls of a caller with a client certificate, by outcome.")),
      tokens_(Counters(registry, "llmgate_caller_tokens_total",
                       "Tokens that a caller's answers took, as the upstream reported them.")),
      cost_(Counters(registry, "llmgate_caller_cost_usd_total",
                     "What a caller's answers cost by the price list, in USD.")),
      callers_(kMaxCallers, overflow) {}

void CallerMetrics::Called(std::string_view caller, bool good) {
  if (caller.empty()) return;
  calls_.Add({{"caller", std::string(callers_.Fold(caller))}, {"outcome", good ? "ok" : "error"}})
      .Increment();
}

void CallerMetrics::Used(std::string_view caller, const CallerUse& use) {
  if (caller.empty()) return;
  const std::string label(callers_.Fold(caller));
  const auto count = [&](const char* type, int64_t tokens) {
    if (tokens <= 0) return;
    tokens_.Add({{"caller", label}, {"gen_ai_token_type", type}})
        .Increment(static_cast<double>(tokens));
  };
  count("input", use.input_tokens);
  count("output", use.output_tokens);
  if (use.picousd > 0) {
    cost_.Add({{"caller", label}}).Increment(static_cast<double>(use.picousd) * kPicoUsd);
  }
}

}  // namespace llmgate
