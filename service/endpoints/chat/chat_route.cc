#include "endpoints/chat/chat_route.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/chat_check.h"
#include "endpoints/chat/chat_shadow.h"
#include "endpoints/shared/route_wishes.h"
#include "openai/context_window.h"
#include "routing/choice.h"
#include "tokens/least_count.h"
#include "upstream/no_place.h"

namespace inferwire::endpoints {
namespace {

// Of the conversation's beginning; a provider's prompt cache begins to matter there.
constexpr size_t kAffinityBytes = 1024;

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

// A model without a route: its only upstream.
Result<ChatRoute> OnlyUpstream(upstream::Destination destination,
                               const v1::RoutePreferences& wish) {
  if (auto fits = CheckWishes(destination, wish); !fits) return fits.error();
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
