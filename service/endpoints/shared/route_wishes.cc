#include "endpoints/shared/route_wishes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "openai/error.h"
#include "openai/error_table.h"
#include "upstream/no_place.h"

namespace inferwire::endpoints {
namespace {

constexpr int kAttemptsInAll = 3;  // of a call that its caller repeats too

Error NotAllowed(const upstream::Route& route, std::string_view what) {
  Error error = openai::ErrorOf(v1::ERROR_REASON_ROUTE_OVERRIDE_NOT_ALLOWED,
                                "the route " + route.name + " does not let callers choose its " +
                                    std::string(what) + " (overrides)");
  error.metadata["route"] = route.name;
  return error;
}

}  // namespace

Result<void> CheckAllowed(const upstream::Route& route, const v1::RoutePreferences& wish) {
  const upstream::RouteOverrides& may = route.overrides;
  if (!wish.upstream().empty() && !may.upstream) return NotAllowed(route, "upstream");
  if (wish.has_allow_fallback() && !may.fallback) return NotAllowed(route, "fallback");
  if (!wish.require_tags().empty() && !may.tags) return NotAllowed(route, "tags");
  if (!wish.exclude_upstreams().empty() && !may.exclude) return NotAllowed(route, "upstreams");
  if (!wish.affinity_key().empty() && !may.affinity) return NotAllowed(route, "affinity");
  return {};
}

routing::Resend Least(routing::Resend allowed, v1::Resend wish) {
  switch (wish) {
    case v1::RESEND_REFUSED:
      return routing::Resend::kRefused;
    case v1::RESEND_FAILED:
      return std::min(allowed, routing::Resend::kFailed);
    default:
      return allowed;
  }
}

Result<void> CheckWishes(const upstream::Destination& destination,
                         const v1::RoutePreferences& wish) {
  const std::string& name = destination.upstream->name();
  if (!wish.upstream().empty() && wish.upstream() != name) {
    return InvalidField("options.route.upstream", "is not where this model is served");
  }
  const auto& excluded = wish.exclude_upstreams();
  if (std::find(excluded.begin(), excluded.end(), name) != excluded.end()) {
    return InvalidField("options.route.exclude_upstreams", "leaves no upstream for this model");
  }
  const std::vector<std::string>& tags = destination.upstream->options().tags;
  const std::vector<std::string> wanted(wish.require_tags().begin(), wish.require_tags().end());
  const bool all = std::ranges::all_of(wanted, [&](const std::string& tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  });
  if (!all) return upstream::NoTargetWithTags("no upstream of this model", wanted);
  return {};
}

upstream::Preferences WishesOf(const v1::RoutePreferences& preferences) {
  upstream::Preferences wishes;
  wishes.upstream = preferences.upstream();
  wishes.fallback = !preferences.has_allow_fallback() || preferences.allow_fallback();
  wishes.require_tags = {preferences.require_tags().begin(), preferences.require_tags().end()};
  wishes.exclude_upstreams = {preferences.exclude_upstreams().begin(),
                              preferences.exclude_upstreams().end()};
  return wishes;
}

int RetriesOf(int max_retries, const gateway::CallContext& context) {
  if (context.previous_attempts == 0) return max_retries;
  return std::min(max_retries, std::max(0, kAttemptsInAll - 1 - context.previous_attempts));
}

}  // namespace inferwire::endpoints
