#include "catalogue/price.h"

#include <string>

namespace llmgate::catalogue {
namespace {

constexpr std::string_view kTooLarge = "TOO_LARGE";

std::string_view PriceListTier(std::string_view service_tier) {
  const bool standard = service_tier.empty() || service_tier == "default" || service_tier == "auto";
  return standard ? kStandardTier : service_tier;
}

// Some servers (xAI) count reasoning beside the output and say so only by their total.
int64_t BilledOutput(const Tokens& tokens) {
  const int64_t output = *tokens.output;
  int64_t all = 0;
  const bool fits = !__builtin_add_overflow(*tokens.input, output, &all) &&
                    !__builtin_add_overflow(all, tokens.reasoning, &all);
  return fits && tokens.total && *tokens.total == all ? output + tokens.reasoning : output;
}

bool Possible(const Tokens& tokens) {
  return *tokens.input >= 0 && *tokens.output >= 0 && tokens.cached >= 0 && tokens.reasoning >= 0 &&
         tokens.audio >= 0 && tokens.cached <= *tokens.input;
}

std::string_view WhyUnpriced(const Model* model, const Tokens& tokens) {
  if (!model || model->prices.empty()) return "MODEL_NOT_PRICED";
  if (!tokens.input || !tokens.output) return "USAGE_NOT_REPORTED";
  if (!Possible(tokens)) return "USAGE_IMPOSSIBLE";
  if (tokens.audio > 0) return "MODALITY_NOT_PRICED";
  return "";
}

}  // namespace

Tokens TokensOf(const v1::Usage& usage) {
  Tokens tokens;
  if (usage.has_input_tokens()) tokens.input = usage.input_tokens();
  if (usage.has_output_tokens()) tokens.output = usage.output_tokens();
  if (usage.has_total_tokens()) tokens.total = usage.total_tokens();
  tokens.cached = usage.input_details().cached_tokens();
  tokens.reasoning = usage.output_details().reasoning_tokens();
  const int64_t in = usage.input_details().audio_tokens();
  const int64_t out = usage.output_details().audio_tokens();
  tokens.audio = in < 0 || out < 0 ? -1 : in > 0 || out > 0 ? 1 : 0;
  return tokens;
}

std::optional<int64_t> Times(int64_t count, int64_t price) {
  int64_t product = 0;
  if (__builtin_mul_overflow(count, price, &product)) return std::nullopt;
  return product;
}

Charge Price(const Model* model, const Tokens& tokens, std::string_view service_tier) {
  Charge charge;
  charge.unpriced = WhyUnpriced(model, tokens);
  if (!charge.unpriced.empty()) return charge;
  const TierPrice* const price = model->PriceOf(PriceListTier(service_tier));
  if (!price) {
    charge.unpriced = "SERVICE_TIER_NOT_PRICED";
    return charge;
  }
  const auto input = Times(*tokens.input - tokens.cached, price->input);
  const auto cached = Times(tokens.cached, price->cached_input.value_or(price->input));
  const auto output = Times(BilledOutput(tokens), price->output);
  int64_t total = 0;
  if (!input || !cached || !output || __builtin_add_overflow(*input, *cached, &total) ||
      __builtin_add_overflow(total, *output, &total)) {
    charge.unpriced = kTooLarge;
    return charge;
  }
  charge.total = total;
  charge.input = *input;
  charge.cached_input = *cached;
  charge.output = *output;
  charge.tier = price->tier;
  return charge;
}

void FillCost(const Charge& charge, const Model* model, v1::Cost& cost) {
  if (!charge.total) {
    cost.set_unpriced_reason(charge.unpriced.data(), charge.unpriced.size());
    return;
  }
  cost.set_total_picousd(*charge.total);
  cost.set_input_picousd(charge.input);
  cost.set_cached_input_picousd(charge.cached_input);
  cost.set_output_picousd(charge.output);
  cost.set_service_tier(charge.tier.data(), charge.tier.size());
  cost.set_price_revision(model->revision);
}

v1::Cost PriceUsage(const Model* model, const v1::Usage& usage, std::string_view service_tier) {
  v1::Cost cost;
  FillCost(Price(model, TokensOf(usage), service_tier), model, cost);
  return cost;
}

void AddCost(const v1::Cost& cost, v1::Cost& sum) {
  if (!cost.has_total_picousd() || !sum.unpriced_reason().empty()) return;
  int64_t total = 0, input = 0, cached = 0, output = 0;
  if (__builtin_add_overflow(sum.total_picousd(), cost.total_picousd(), &total) ||
      __builtin_add_overflow(sum.input_picousd(), cost.input_picousd(), &input) ||
      __builtin_add_overflow(sum.cached_input_picousd(), cost.cached_input_picousd(), &cached) ||
      __builtin_add_overflow(sum.output_picousd(), cost.output_picousd(), &output)) {
    sum.Clear();
    sum.set_unpriced_reason(std::string(kTooLarge));
    return;
  }
  // What differs between the parts is not said of the whole.
  const bool first = !sum.has_total_picousd();
  if (first || sum.service_tier() != cost.service_tier()) {
    sum.set_service_tier(first ? cost.service_tier() : "");
  }
  if (first || sum.price_revision() != cost.price_revision()) {
    sum.set_price_revision(first ? cost.price_revision() : "");
  }
  sum.set_total_picousd(total);
  sum.set_input_picousd(input);
  sum.set_cached_input_picousd(cached);
  sum.set_output_picousd(output);
}

}  // namespace llmgate::catalogue
