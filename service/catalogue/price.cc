#include "catalogue/price.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace inferwire::catalogue {
namespace {

constexpr std::string_view kTooLarge = "TOO_LARGE", kModality = "MODALITY_NOT_PRICED";

// What providers call the price list that counts if nothing else was asked for.
constexpr std::string_view kUsual[] = {"", "default", "auto", "standard", "on_demand"};

bool IsUsual(std::string_view service_tier) {
  return std::find(std::begin(kUsual), std::end(kUsual), service_tier) != std::end(kUsual);
}

std::string_view WhyUnpriced(const Model* model, const Tokens& tokens) {
  if (!model || model->prices.empty()) return "MODEL_NOT_PRICED";
  if (!tokens.contradiction.empty()) return tokens.contradiction;
  if (!tokens.input || !tokens.output) return "USAGE_NOT_REPORTED";
  if (tokens.other_kinds) return kModality;
  return "";
}

// Adds up exactly. What was added since the last Take is one part: each is the difference of two
// rounded sums, so that the parts' sum is the total, which is rounded once.
class Sum {
 public:
  void Add(Wide count, const Rate& rate) {
    Wide product = 0;
    const bool fits = !__builtin_mul_overflow(count, rate.Atto(), &product) &&
                      !__builtin_add_overflow(atto_, product, &atto_);
    fits_ = fits_ && fits;
  }
  int64_t Take() {
    const Wide pico = (atto_ + kAttoPerPico / 2) / kAttoPerPico;
    fits_ = fits_ && pico <= INT64_MAX;
    if (!fits_) return 0;
    const int64_t part = static_cast<int64_t>(pico) - taken_;
    taken_ = static_cast<int64_t>(pico);
    return part;
  }
  std::optional<int64_t> total() const { return fits_ ? std::optional(taken_) : std::nullopt; }

 private:
  Wide atto_ = 0;
  int64_t taken_ = 0;
  bool fits_ = true;
};

std::optional<Rate> SearchRate(const TierPrice& price, std::string_view size) {
  if (size == "low" && price.search_low) return price.search_low;
  if (size == "medium" && price.search_medium) return price.search_medium;
  if (size == "high" && price.search_high) return price.search_high;
  return price.search;
}

// Why this list cannot price it: it uses what has no price there.
std::string_view WhatLacks(const TierPrice& price, const Tokens& tokens) {
  const bool short_write = tokens.cache_write > tokens.cache_write_long;
  if ((short_write && !price.cache_write) ||
      (tokens.cache_write_long > 0 && !price.cache_write_long)) {
    return "CACHE_WRITE_NOT_PRICED";
  }
  const bool sound = (tokens.audio_input > tokens.cached_audio && !price.audio_input) ||
                     (tokens.cached_audio > 0 && !price.cached_audio_input) ||
                     (tokens.audio_output > 0 && !price.audio_output);
  const bool cached_picture =
      tokens.cached_image > 0 && price.image_input && !price.cached_image_input;
  if (sound || cached_picture || (tokens.image_output > 0 && !price.image_output)) {
    return kModality;
  }
  if (tokens.searches > 0 && !SearchRate(price, tokens.search_size)) return "SEARCH_NOT_PRICED";
  return "";
}

// Of what is left of input and output when all the other parts are taken out.
struct Text {
  Wide input, cached, output;
};

Text TextOf(const TierPrice& price, const Tokens& tokens) {
  Text text{};
  text.cached = Wide{tokens.cached} - tokens.cached_audio - tokens.cached_image;
  text.input = Wide{*tokens.input} + tokens.more_input - text.cached - tokens.cache_write -
               tokens.audio_input - tokens.image_input;
  text.output =
      Wide{*tokens.output} + tokens.more_output - tokens.audio_output - tokens.image_output;
  if (price.reasoning) text.output -= tokens.reasoning;
  return text;
}

std::string_view MultiplyOut(const TierPrice& price, const Tokens& tokens, Charge& charge) {
  if (const std::string_view lacks = WhatLacks(price, tokens); !lacks.empty()) return lacks;
  const Text text = TextOf(price, tokens);
  // Which of the cached or written tokens are sound or pictures was not said.
  if (text.input < 0 || text.cached < 0 || text.output < 0) return kModality;
  const Rate cached = price.cached_input.value_or(price.input);
  Sum sum;
  sum.Add(text.input, price.input);
  sum.Add(tokens.audio_input - tokens.cached_audio, price.audio_input.value_or(0));
  sum.Add(tokens.image_input - tokens.cached_image, price.image_input.value_or(price.input));
  charge.input = sum.Take();
  sum.Add(text.cached, cached);
  sum.Add(tokens.cached_audio, price.cached_audio_input.value_or(0));
  sum.Add(tokens.cached_image, price.cached_image_input.value_or(cached));
  charge.cached_input = sum.Take();
  sum.Add(tokens.cache_write - tokens.cache_write_long, price.cache_write.value_or(0));
  sum.Add(tokens.cache_write_long, price.cache_write_long.value_or(0));
  charge.cache_write = sum.Take();
  sum.Add(text.output, price.output);
  if (price.reasoning) sum.Add(tokens.reasoning, *price.reasoning);
  sum.Add(tokens.audio_output, price.audio_output.value_or(0));
  sum.Add(tokens.image_output, price.image_output.value_or(0));
  charge.output = sum.Take();
  sum.Add(1, price.request.value_or(0));
  sum.Add(tokens.searches, SearchRate(price, tokens.search_size).value_or(0));
  sum.Take();
  charge.total = sum.total();
  return charge.total ? "" : kTooLarge;
}

bool Add(int64_t more, int64_t& sum) { return !__builtin_add_overflow(sum, more, &sum); }

// What differs between the parts is not said of the whole.
void KeepCommon(bool first, const std::string& of_part, std::string* of_sum) {
  if (first) {
    *of_sum = of_part;
  } else if (*of_sum != of_part) {
    of_sum->clear();
  }
}

void CountUnpriced(const v1::Cost& cost, v1::Cost& sum) {
  auto& counts = *sum.mutable_unpriced_items();
  for (const auto& [reason, count] : cost.unpriced_items()) counts[reason] += count;
  const bool is_item = cost.unpriced_items().empty();
  if (is_item && !cost.unpriced_reason().empty()) ++counts[cost.unpriced_reason()];
  if (sum.has_total_picousd() || counts.empty()) return;
  // The reason of most; of equal ones the first by name, whatever the map's order.
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& one, const auto& other) {
        return one.second != other.second ? one.second < other.second : one.first > other.first;
      });
  sum.set_unpriced_reason(most->first);
}

bool IsTooLarge(const v1::Cost& sum) {
  return sum.unpriced_reason() == kTooLarge &&
         !sum.unpriced_items().contains(std::string(kTooLarge));
}

bool AddParts(const v1::Cost& cost, v1::Cost& sum) {
  int64_t total = sum.total_picousd(), input = sum.input_picousd(),
          cached = sum.cached_input_picousd(), written = sum.cache_write_picousd(),
          output = sum.output_picousd(), estimated = sum.estimated_picousd();
  const int64_t guessed = cost.estimated_picousd() > 0 ? cost.estimated_picousd()
                          : cost.estimated()           ? cost.total_picousd()
                                                       : 0;
  if (!Add(cost.total_picousd(), total) || !Add(cost.input_picousd(), input) ||
      !Add(cost.cached_input_picousd(), cached) || !Add(cost.cache_write_picousd(), written) ||
      !Add(cost.output_picousd(), output) || !Add(guessed, estimated)) {
    return false;
  }
  sum.set_total_picousd(total);
  sum.set_input_picousd(input);
  sum.set_cached_input_picousd(cached);
  sum.set_cache_write_picousd(written);
  sum.set_output_picousd(output);
  sum.set_estimated_picousd(estimated);
  return true;
}

}  // namespace

std::optional<int64_t> Times(int64_t count, int64_t price) {
  int64_t product = 0;
  if (__builtin_mul_overflow(count, price, &product)) return std::nullopt;
  return product;
}

Charge Price(const Model* model, const Tokens& tokens, std::string_view service_tier,
             std::string_view usual_tier) {
  Charge charge;
  charge.model = model;
  charge.unpriced = WhyUnpriced(model, tokens);
  if (!charge.unpriced.empty()) return charge;
  const TierPrice* const price = model->PriceOf(IsUsual(service_tier) ? usual_tier : service_tier);
  if (!price) {
    charge.unpriced = "SERVICE_TIER_NOT_PRICED";
    return charge;
  }
  int64_t input = 0;  // both are of one answer, and not negative
  if (__builtin_add_overflow(*tokens.input, tokens.more_input, &input)) input = INT64_MAX;
  charge.unpriced = MultiplyOut(price->For(input), tokens, charge);
  if (charge.total) charge.tier = price->tier;
  return charge;
}

void FillCost(const Charge& charge, v1::Cost& cost) {
  if (charge.stated) cost.set_provider_stated_picousd(*charge.stated);
  if (!charge.total) {
    cost.set_unpriced_reason(charge.unpriced.data(), charge.unpriced.size());
    return;
  }
  cost.set_total_picousd(*charge.total);
  cost.set_input_picousd(charge.input);
  cost.set_cached_input_picousd(charge.cached_input);
  cost.set_cache_write_picousd(charge.cache_write);
  cost.set_output_picousd(charge.output);
  cost.set_service_tier(charge.tier.data(), charge.tier.size());
  cost.set_price_revision(charge.model->revision);
  cost.set_priced_model(charge.model->id);
}

bool Differs(const Charge& charge) {
  if (!charge.total || !charge.stated) return false;
  const __int128 difference = static_cast<__int128>(*charge.total) - *charge.stated;
  return (difference < 0 ? -difference : difference) * 100 > *charge.stated;
}

void AddCost(const v1::Cost& cost, v1::Cost& sum) {
  if (IsTooLarge(sum)) return;
  const bool first = !sum.has_total_picousd();
  int64_t stated = sum.provider_stated_picousd();
  const bool fits = Add(cost.provider_stated_picousd(), stated) &&
                    (!cost.has_total_picousd() || AddParts(cost, sum));
  if (!fits) {
    sum.Clear();
    sum.set_unpriced_reason(std::string(kTooLarge));
    return;
  }
  if (cost.has_provider_stated_picousd()) sum.set_provider_stated_picousd(stated);
  if (cost.has_total_picousd()) {
    sum.clear_unpriced_reason();
    KeepCommon(first, cost.service_tier(), sum.mutable_service_tier());
    KeepCommon(first, cost.price_revision(), sum.mutable_price_revision());
    KeepCommon(first, cost.priced_model(), sum.mutable_priced_model());
  }
  if (cost.estimated()) {
    KeepCommon(!sum.estimated(), cost.estimate_of(), sum.mutable_estimate_of());
    sum.set_estimated(true);
  }
  CountUnpriced(cost, sum);
}

}  // namespace inferwire::catalogue
