// Where a chat completion goes: its route's targets, held against what the request needs, or the
// one upstream of a model without a route.
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "gateway/call_context.h"
#include "gateway/call_options.h"
#include "inferwire/v1/chat.pb.h"
#include "inferwire/v1/routing.pb.h"
#include "upstream/runtime.h"
#include "upstream/shadow.h"
#include "upstream/targets.h"

namespace inferwire::endpoints {

struct ChatRoute {
  upstream::Destination first;
  std::unique_ptr<upstream::Targets> targets;  // null: nowhere else
  upstream::Targets::Picked picked{};
  routing::Resend resend = routing::Resend::kFailed;
  int max_retries = 0;
  bool hedge = false;     // the caller asks for it, and the route has one
  uint64_t affinity = 0;  // of the conversation, where something goes by it
  std::unique_ptr<upstream::ShadowPlan> shadow{};  // null: the call has none
};

// MODEL_NOT_FOUND, ROUTE_OVERRIDE_NOT_ALLOWED, NO_TARGET_WITH_TAGS, CIRCUIT_OPEN, or what none of
// the models can do.
Result<ChatRoute> RouteChat(const v1::ChatCompletionParams& params,
                            const v1::RoutePreferences& preferences,
                            const gateway::CheckedOptions& options, bool stream,
                            const upstream::Runtime& runtime, const gateway::CallContext& context);

// The targets of a route, held against the request; none is picked yet.
Result<std::unique_ptr<upstream::Targets>> TargetsOf(const upstream::Route& route,
                                                     const v1::ChatCompletionParams& params,
                                                     const v1::RoutePreferences& preferences,
                                                     bool stream, const upstream::Runtime& runtime,
                                                     const gateway::CallContext& context);
// Why none of them takes it now.
Error WhyNone(const v1::ChatCompletionParams& params, bool stream, const upstream::Targets& targets,
              SteadyTime now);

// Files lie at one upstream.
bool NamesFile(const v1::ChatCompletionParams& params);

// A hash of what tells a conversation from others, for as long as it goes on: the caller's key, or
// the model and the beginning of the conversation. Never 0.
uint64_t AffinityOf(const v1::ChatCompletionParams& params,
                    const v1::RoutePreferences& preferences);

}  // namespace inferwire::endpoints
