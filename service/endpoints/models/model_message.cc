#include "endpoints/models/model_message.h"

#include <optional>
#include <string>

#include "catalogue/ending.h"
#include "upstream/model_life.h"

namespace inferwire::endpoints {
namespace {

void Add(const std::vector<std::string>& from,
         google::protobuf::RepeatedPtrField<std::string>& to) {
  for (const std::string& each : from) to.Add()->assign(each);
}

// An exact decimal: of a million tokens, or of one search or request.
std::string UsdText(const catalogue::Rate& rate, bool fee) {
  constexpr size_t kMillion = 12, kOne = 18;
  const size_t scale = fee ? kOne : kMillion;
  std::string digits;
  for (catalogue::Wide rest = rate.Atto(); rest > 0 || digits.size() <= scale; rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  digits.insert(digits.size() - scale, 1, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

void AddPrice(const catalogue::TierPrice& list, std::string_view kind, const catalogue::Rate& rate,
              bool fee, v1::Model& to) {
  v1::Price& added = *to.add_prices();
  added.set_service_tier(list.tier);
  added.set_kind(std::string(kind));
  added.set_usd(UsdText(rate, fee));
  if (!fee) added.set_micro_usd_per_million_tokens(rate.RoundedUp());
  added.set_above_input_tokens(list.above);
}

void AddPrices(const catalogue::TierPrice& list, v1::Model& to) {
  AddPrice(list, "input", list.input, false, to);
  for (const catalogue::PriceKind& kind : catalogue::PriceKinds()) {
    if (const auto& rate = list.*kind.rate) AddPrice(list, kind.name, *rate, kind.fee, to);
  }
  AddPrice(list, "output", list.output, false, to);
  for (const catalogue::TierPrice& longer : list.longer) AddPrices(longer, to);
}

void AddLimit(const catalogue::TierLimit& limit, v1::Model& to) {
  v1::TierLimit& added = *to.add_tier_limits();
  added.set_tier(limit.tier);
  if (limit.requests_per_minute) added.set_requests_per_minute(*limit.requests_per_minute);
  if (limit.requests_per_day) added.set_requests_per_day(*limit.requests_per_day);
  if (limit.tokens_per_minute) added.set_tokens_per_minute(*limit.tokens_per_minute);
  if (limit.batch_queue_tokens) added.set_batch_queue_tokens(*limit.batch_queue_tokens);
}

void AddEnd(const upstream::ModelLife& life, WallTime now, v1::Model& to) {
  const catalogue::Model* const info = life.model();
  const auto ends = life.ends();
  const std::optional<bool> said = info ? info->deprecated : std::nullopt;
  to.set_deprecated(said.value_or(ends.has_value()));
  to.set_replacement_model_id(std::string(life.replacement()));
  if (!ends) return;
  to.set_shutdown_date(catalogue::DateOf(*ends));
  if (now == WallTime::min()) return;
  to.set_days_left(catalogue::DaysLeft(*ends, now));
  to.set_ended(*ends <= now);
}

void AddListings(const upstream::KnownModel& model, v1::Model& to) {
  for (const upstream::Listed& each : model.listings) {
    v1::ModelListing& listing = *to.add_listings();
    listing.set_upstream(each.upstream->name());
    listing.set_name(each.name);
    listing.set_listed(each.is_listed);
    if (each.ends) listing.set_shutdown_date(catalogue::DateOf(*each.ends));
  }
}

void AddModelInfo(const catalogue::Model& model_info, v1::Model& to) {
  to.set_catalogued(true);
  to.set_priced(!model_info.prices.empty());
  to.set_display_name(model_info.display_name);
  to.set_description(model_info.description);
  to.set_owned_by(model_info.owned_by);
  Add(model_info.aliases, *to.mutable_aliases());
  Add(model_info.snapshots, *to.mutable_snapshots());
  if (model_info.context_window) to.set_context_window_tokens(*model_info.context_window);
  if (model_info.max_output) to.set_max_output_tokens(*model_info.max_output);
  to.set_knowledge_cutoff(model_info.knowledge_cutoff);
  Add(model_info.input_modalities, *to.mutable_input_modalities());
  Add(model_info.output_modalities, *to.mutable_output_modalities());
  to.mutable_endpoints()->insert(model_info.endpoints.begin(), model_info.endpoints.end());
  to.mutable_features()->insert(model_info.features.begin(), model_info.features.end());
  for (const catalogue::TierPrice& price : model_info.prices) AddPrices(price, to);
  for (const catalogue::TierLimit& limit : model_info.tier_limits) AddLimit(limit, to);
  to.mutable_ratings()->insert(model_info.ratings.begin(), model_info.ratings.end());
  to.set_recommended_model_id(model_info.recommended);
  Add(model_info.inferred, *to.mutable_inferred_fields());
}

}  // namespace

v1::Model ToMessage(const upstream::KnownModel& model, const upstream::Router& router) {
  v1::Model message;
  message.set_model_id(model.id);
  if (model.model_info) {
    AddModelInfo(*model.model_info, message);
  }
  const upstream::Upstream* const at = router.Find(model.upstream);
  AddEnd(upstream::ModelLife(at, model.sent, model.model_info), router.Now(), message);
  AddListings(model, message);
  Add(model.more_aliases, *message.mutable_aliases());
  message.set_upstream(model.upstream);
  message.set_discovered(model.discovered);
  return message;
}

}  // namespace inferwire::endpoints
