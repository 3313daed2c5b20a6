#include "app/limits_page.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "inferwire/v1/usage_service.pb.h"
#include "policy/quota/limit_state.h"

namespace inferwire::app {

std::string LimitsPage(policy::Quota* quota) {
  std::vector<std::pair<double, v1::LimitState>> most;
  const auto more = [](const auto& a, const auto& b) { return a.first > b.first; };
  if (quota) {
    quota->Visit([&](const limits::Limit& limit, const limits::Level& level) {
      const double used = level.used_ratio();
      if (most.size() == kMostLimitsShown) {
        if (used <= most.front().first) return;
        std::ranges::pop_heap(most, more);
        most.pop_back();
      }
      most.emplace_back(used, policy::StateOf(limit, level));
      std::ranges::push_heap(most, more);
    });
  }
  std::ranges::sort_heap(most, more);
  v1::GetLimitsResponse response;
  for (auto& [_, state] : most) response.add_limits()->Swap(&state);
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  const bool made = google::protobuf::util::MessageToJsonString(response, &json, options).ok();
  return made ? json : "{}";
}

}  // namespace inferwire::app
