#include "endpoints/chat/chat_route.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/chat_check.h"
#include "endpoints/chat/chat_shadow.h"
#include "openai/context_window.h"
#include "openai/error.h"
#include "openai/error_table.h"
#include "routing/choice.h"
#include "tokens/least_count.h"
#include "upstream/no_place.h"

namespace inferwire::endpoints {
namespace {

// Of the conversation's beginning; a provider's prompt cache begins to matter there.
constexpr size_t kAffinityBytes = 1024;

Error NotAllowed(const upstream::Route& route, std::string_view what) {
  Error error = openai::ErrorOf(v1::ERROR_REASON_ROUTE_OVERRIDE_NOT_ALLOWED,
                                "the route " + route.name + " does not let callers choose its " +
                                    std::string(what) + " (overrides)");
  error.metadata["route"] = route.name;
  return error;
}

Result<void> CheckAllowed(const upstream::Route& route, const v1::RoutePreferences& wish) {
  const upstream::RouteOverrides& may = route.overrides;
  if (!wish.upstream().empty() && !may.upstream) return NotAllowed(route, "upstream");
  if (wish.has_allow_fallback() && !may.fallback) return NotAllowed(route, "fallback");
  if (!wish.require_tags().empty() && !may.tags) return NotAllowed(route, "tags");
  if (!wish.exclude_upstreams().empty() && !may.exclude) return NotAllowed(route, "upstreams");
  if (!wish.affinity_key().empty() && !may.affinity) return NotAllowed(route, "affinity");
  return {};
}

// What a caller asks for never widens what the configuration allows.
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

std::string_view TextOf(const v1::ChatMessage& message) {
  if (message.has_content()) return message.content();
  for (const v1::ContentPart& part : message.content_parts()) {
    if (part.has_text()) return part.text();
  }
  return {};
}

// Whether its endpoints are chosen by the conversation.
bool GoesByAffinity(const upstream::Upstream& upstream) {
  return upstream.options().balance.strategy == routing::Strategy::kAffinity;
}

// A model without a route: its only upstream, as far as the caller's wishes fit it.
Result<ChatRoute> OnlyUpstream(upstream::Destination destination,
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
  ChatRoute route;
  route.resend = Least(destination.upstream->options().resend, wish.resend());
  route.max_retries = destination.upstream->options().max_retries;
  route.first = std::move(destination);
  return route;
}

// Marks the targets whose window the prompt certainly does not fit into.
void MarkTooSmall(const v1::ChatCompletionParams& params, upstream::Targets& targets) {
  std::optional<int64_t> window;  // of the model before; the prompt is looked at once for each
  bool fits = true;
  for (size_t i = 0; i < targets.route().targets.size(); ++i) {
    const catalogue::Model* const model = targets.destination(i).model_info.get();
    if (!model || !model->context_window) continue;
    if (window != model->context_window) fits = openai::CheckPromptFits(*model, params).ok();
    window = model->context_window;
    if (!fits) targets.SetTooSmall(i);
  }
}

// Why none of them will do: what the first one says.
std::optional<Error> FirstFault(const v1::ChatCompletionParams& params, bool stream,
                                const upstream::Targets& targets) {
  for (size_t i = 0; i < targets.route().targets.size(); ++i) {
    const catalogue::Model* const model = targets.destination(i).model_info.get();
    if (!model) continue;
    if (auto able = catalogue::CheckChat(*model, params, stream); !able) return able.error();
    if (auto fits = openai::CheckPromptFits(*model, params); !fits) return fits.error();
    const int64_t least = targets.traits().least_tokens();
    if (model->context_window && least > *model->context_window) {
      return openai::PromptTooLong(*model, least);
    }
  }
  return std::nullopt;
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

// Where a file is most likely to lie, since its id does not say: where uploads go that name no
// upstream, else where the route begins. Only where this caller's calls may go.
std::string UpstreamOfFiles(const upstream::Route& route, const upstream::Preferences& wishes,
                            const upstream::Router& router) {
  routing::Traits traits;
  traits.require_tags = wishes.require_tags;
  traits.exclude_upstreams = wishes.exclude_upstreams;
  const auto uploads = router.ByName("");
  const upstream::Target* best = nullptr;
  for (const upstream::Target& target : route.targets) {
    routing::Candidate candidate;
    candidate.upstream = target.upstream->name();
    candidate.tags = target.tags;
    if (routing::Filter(candidate, traits, route.rules()) != routing::Excluded::kNo) continue;
    if (uploads && target.upstream == *uploads) return target.upstream->name();
    if (!best || target.group < best->group) best = &target;
  }
  return best ? best->upstream->name() : std::string();
}

}  // namespace

bool NamesFile(const v1::ChatCompletionParams& params) {
  return std::ranges::any_of(params.messages(), [](const v1::ChatMessage& message) {
    return std::ranges::any_of(message.content_parts(), [](const v1::ContentPart& part) {
      return !part.file().file_id().empty();
    });
  });
}

uint64_t AffinityOf(const v1::ChatCompletionParams& params,
                    const v1::RoutePreferences& preferences) {
  if (!preferences.affinity_key().empty()) return routing::StableHash(preferences.affinity_key());
  if (!params.prompt_cache_key().empty()) return routing::StableHash(params.prompt_cache_key());
  uint64_t hash = routing::StableHash(params.model());
  size_t left = kAffinityBytes;
  bool has_system = false;
  for (const v1::ChatMessage& message : params.messages()) {
    const bool user = message.role() == v1::ROLE_USER;
    if (!user && (has_system ||
                  (message.role() != v1::ROLE_SYSTEM && message.role() != v1::ROLE_DEVELOPER))) {
      continue;
    }
    const std::string_view text = TextOf(message).substr(0, left);
    hash = routing::StableHash(text, hash);
    left -= text.size();
    has_system = true;
    if (user || left == 0) break;
  }
  return hash;
}

Result<std::unique_ptr<upstream::Targets>> TargetsOf(const upstream::Route& route,
                                                     const v1::ChatCompletionParams& params,
                                                     const v1::RoutePreferences& preferences,
                                                     bool stream, const upstream::Runtime& runtime,
                                                     const gateway::CallContext& context) {
  if (auto allowed = CheckAllowed(route, preferences); !allowed) return allowed.error();
  auto destinations = upstream::DestinationsOf(runtime.router, route, params.model());
  if (!destinations) return destinations.error();
  upstream::Preferences wishes = WishesOf(preferences);
  if (wishes.upstream.empty() && NamesFile(params)) {
    wishes.upstream = UpstreamOfFiles(route, wishes, runtime.router);
  }
  routing::Traits traits;
  traits.needs = catalogue::NeedsOf(params, stream);
  traits.text_bytes = tokens::ChatTextBytes(params);
  traits.max_output_tokens =
      params.has_max_completion_tokens() ? params.max_completion_tokens() : params.max_tokens();
  const bool by_endpoint =
      std::any_of(route.targets.begin(), route.targets.end(),
                  [](const auto& each) { return GoesByAffinity(*each.upstream); });
  if (route.strategy == routing::Strategy::kAffinity ||
      route.sticky == routing::Sticky::kAffinity || by_endpoint) {
    traits.affinity = AffinityOf(params, preferences);
  }
  if (route.sticky == routing::Sticky::kCaller && !context.owner.empty()) {
    traits.caller = routing::StableHash(context.owner);
  }
  auto targets = std::make_unique<upstream::Targets>(
      route, std::move(*destinations), std::move(wishes), traits, runtime.endpoint_views);
  MarkTooSmall(params, *targets);
  return targets;
}

Error WhyNone(const v1::ChatCompletionParams& params, bool stream, const upstream::Targets& targets,
              SteadyTime now) {
  Error error = targets.NoTarget(now);
  if (error.reason != v1::ERROR_REASON_MODEL_LACKS_FEATURE &&
      error.reason != v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED) {
    return error;
  }
  if (auto fault = FirstFault(params, stream, targets)) return std::move(*fault);
  return error;
}

Result<ChatRoute> RouteChat(const v1::ChatCompletionParams& params,
                            const v1::RoutePreferences& preferences,
                            const gateway::CheckedOptions& options, bool stream,
                            const upstream::Runtime& runtime, const gateway::CallContext& context) {
  const upstream::Route* const route = runtime.router.RouteOf(params.model());
  if (!route) {
    auto destination = runtime.router.ForModel(params.model());
    if (!destination) return destination.error();
    auto only = OnlyUpstream(std::move(*destination), preferences);
    if (only && options.max_retries) only->max_retries = *options.max_retries;
    if (only && GoesByAffinity(*only->first.upstream)) {
      only->affinity = AffinityOf(params, preferences);
    }
    return only;
  }
  auto targets = TargetsOf(*route, params, preferences, stream, runtime, context);
  if (!targets) return targets.error();
  const SteadyTime now = runtime.timers.Now();
  auto picked = (*targets)->Next(now, runtime.random);
  if (!picked) picked = (*targets)->Alone(now);
  if (!picked) return WhyNone(params, stream, **targets, now);
  ChatRoute chosen;
  chosen.picked = *picked;
  chosen.first = (*targets)->destination(picked->index);
  chosen.affinity = (*targets)->traits().affinity;
  if (!options.validate_only) chosen.shadow = PlanShadow(**targets, params, runtime, context);
  chosen.targets = std::move(*targets);
  // What is stored would be so twice.
  chosen.hedge = preferences.hedge() && route->hedge && !params.store();
  chosen.resend = Least(route->resend, preferences.resend());
  chosen.max_retries = route->max_attempts - 1;
  if (options.max_retries) chosen.max_retries = std::min(*options.max_retries, chosen.max_retries);
  return chosen;
}

}  // namespace inferwire::endpoints
