#include "endpoints/models/service_way.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <string>

#include "gateway/call_options.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::util::TimeUtil;
using std::chrono::hours;

// Slower answers at a lower price, as they come.
constexpr std::string_view kFlexTier = "flex";
// background_8h: the price list of that completion window.
constexpr std::string_view kBackground = "background_";
constexpr hours kBatchWindow{24};

// Unset: the tier is no window.
std::optional<hours> WindowOf(std::string_view tier) {
  if (!tier.starts_with(kBackground) || !tier.ends_with('h')) return std::nullopt;
  const std::string number(tier.substr(kBackground.size(), tier.size() - kBackground.size() - 1));
  constexpr size_t kMostDigits = 4;
  const bool digits =
      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number.empty() || number.size() > kMostDigits || !digits) return std::nullopt;
  return hours(std::stoi(number));
}

v1::ServiceWay WayOf(std::string_view tier, std::optional<std::chrono::milliseconds> deadline) {
  v1::ServiceWay way;
  way.set_service_tier(std::string(tier));
  std::optional<hours> within = WindowOf(tier);
  if (tier == catalogue::kStandardTier) {
    way.set_how("as it is");
  } else if (tier == catalogue::kBatchTier) {
    way.set_how("an item of BatchesService.CreateBatch");
    within = kBatchWindow;
  } else if (within) {
    way.set_how("background_options.completion_window=" +
                std::string(tier.substr(kBackground.size())));
  } else {
    way.set_how("service_tier=" + std::string(tier));
  }
  if (within) *way.mutable_within() = TimeUtil::HoursToDuration(within->count());
  if (deadline && tier != kFlexTier) way.set_meets_deadline(!within || *within <= *deadline);
  return way;
}

}  // namespace

std::vector<PricedWay> WaysOf(const catalogue::Model& model,
                              std::optional<std::chrono::milliseconds> deadline) {
  std::vector<PricedWay> ways;
  for (const catalogue::TierPrice& price : model.prices) {
    ways.push_back({WayOf(price.tier, deadline), &price});
  }
  std::stable_partition(ways.begin(), ways.end(), [](const PricedWay& each) {
    return each.price->tier == catalogue::kStandardTier;
  });
  return ways;
}

void MarkCheapest(std::span<v1::ServiceWay* const> ways, bool in_time,
                  const std::function<std::optional<int64_t>(size_t)>& cost_of) {
  v1::ServiceWay* best = nullptr;
  std::optional<int64_t> least;
  for (size_t i = 0; i < ways.size(); ++i) {
    if (in_time && !ways[i]->meets_deadline()) continue;
    const auto cost = cost_of(i);
    if (!cost || (least && *cost >= *least)) continue;
    least = cost;
    best = ways[i];
  }
  if (best) best->set_cheapest(true);
}

Result<std::optional<std::chrono::milliseconds>> DeadlineOf(
    bool has, const google::protobuf::Duration& deadline, std::string_view field) {
  if (!has) return std::optional<std::chrono::milliseconds>();
  auto checked = gateway::CheckDuration(deadline, field);
  if (!checked) return checked.error();
  return std::optional(std::chrono::duration_cast<std::chrono::milliseconds>(*checked));
}

}  // namespace inferwire::endpoints
