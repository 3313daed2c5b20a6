#include "catalogue/price.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace inferwire::catalogue {
namespace {

constexpr std::string_view kTooLarge = "TOO_LARGE";

// What providers call the price list that counts if nothing else was asked for.
constexpr std::string_view kUsual[] = {"", "default", "auto", "standard", "on_demand"};

bool IsUsual(std::string_view service_tier) {
  return std::find(std::begin(kUsual), std::end(kUsual), service_tier) != std::end(kUsual);
}

std::string_view WhyUnpriced(const Model* model, const Tokens& tokens) {
  if (!model || model->prices.empty()) return "MODEL_NOT_PRICED";
  if (!tokens.contradiction.empty()) return tokens.contradiction;
  if (!tokens.input || !tokens.output) return "USAGE_NOT_REPORTED";
  if (tokens.other_kinds) return "MODALITY_NOT_PRICED";
  return "";
}

// Adds up what may not fit.
class Sum {
 public:
  Sum& operator+=(std::optional<int64_t> part) {
    fits_ = fits_ && part && !__builtin_add_overflow(value_, *part, &value_);
    return *this;
  }
  std::optional<int64_t> value() const { return fits_ ? std::optional(value_) : std::nullopt; }

 private:
  int64_t value_ = 0;
  bool fits_ = true;
};

std::string_view MultiplyOut(const TierPrice& price, const Tokens& tokens, Charge& charge) {
  Sum fresh, billed_output, total;
  fresh += *tokens.input;
  fresh += tokens.more_input;
  fresh += -tokens.cached;
  fresh += -tokens.cache_write;
  billed_output += *tokens.output;
  billed_output += tokens.more_output;
  if (!fresh.value() || !billed_output.value()) return kTooLarge;
  const auto input = Times(*fresh.value(), price.input);
  const auto cached = Times(tokens.cached, price.cached_input.value_or(price.input));
  const auto written = Times(tokens.cache_write, price.cache_write.value_or(0));
  const auto output = Times(*billed_output.value(), price.output);
  for (const auto& part : {input, cached, written, output}) total += part;
  if (!total.value()) return kTooLarge;
  charge.input = *input;
  charge.cached_input = *cached;
  charge.cache_write = *written;
  charge.output = *output;
  charge.total = total.value();
  return "";
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
  if (tokens.cache_write > 0 && (!price->cache_write || tokens.long_cache_write)) {
    charge.unpriced = "CACHE_WRITE_NOT_PRICED";
    return charge;
  }
  charge.unpriced = MultiplyOut(*price, tokens, charge);
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
