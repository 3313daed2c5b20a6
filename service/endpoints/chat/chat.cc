#include "endpoints/chat/chat.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catalogue/chat_check.h"
#include "endpoints/chat/chat_body.h"
#include "endpoints/chat/chat_route.h"
#include "endpoints/shared/caller_access.h"
#include "endpoints/shared/route_wishes.h"
#include "gateway/call_options.h"
#include "openai/context_window.h"

namespace inferwire::endpoints {
namespace {

constexpr int64_t kBytesPerToken = 4;  // roughly

Result<void> CheckParams(const v1::ChatCompletionParams& params) {
  if (params.model().empty()) return InvalidField("params.model", "is required");
  if (params.messages().empty()) return InvalidField("params.messages", "is required");
  for (int i = 0; i < params.messages_size(); ++i) {
    const v1::ChatMessage& message = params.messages(i);
    const std::string path = "params.messages[" + std::to_string(i) + "].role";
    if (message.role() == v1::ROLE_UNSPECIFIED) return InvalidField(path, "is required");
    if (!v1::Role_IsValid(message.role())) {
      return InvalidField(path, "is a role that this version does not know");
    }
  }
  return {};
}

// Where the model is served, and the checks against what is known of it there. A route's targets
// were held against it one by one.
Result<ChatRoute> Route(v1::ChatCompletionParams& params, const v1::CallOptions& options,
                        const gateway::CheckedOptions& checked, bool stream,
                        const upstream::Runtime& runtime, const gateway::CallContext& context) {
  auto route = RouteChat(params, options.route(), checked, stream, runtime, context);
  if (!route || route->targets) return route;
  params.set_model(route->first.model);
  if (const catalogue::Model* const model = route->first.model_info.get()) {
    if (auto able = catalogue::CheckChat(*model, params, stream); !able) return able.error();
    if (auto fits = openai::CheckPromptFits(*model, params); !fits) return fits.error();
  }
  return route;
}

// The body for the first destination, and what makes it fit another one.
Result<void> WriteBody(v1::ChatCompletionParams& params, bool stream, const ChatRoute& route,
                       const codec::JsonLimits& limits, upstream::UpstreamCall::Request& request) {
  const openai::Dialect& dialect = *route.first.upstream->options().dialect;
  if (!route.targets) {
    auto body = WriteChatBody(dialect, params, stream, limits);
    if (!body) return body.error();
    request.body = std::move(*body);
    return {};
  }
  const ChatHead head(params, stream);
  auto rest = WriteChatRest(params, limits);
  if (!rest) return rest.error();
  request.body = '{' + head.For(dialect, route.first.model);
  request.head_bytes = request.body.size();
  request.body += *rest;
  request.new_head = [head](const upstream::Destination& to) {
    return head.For(*to.upstream->options().dialect, to.model);
  };
  request.new_path = [](const upstream::Destination& to) {
    return to.upstream->ChatPath(to.model);
  };
  return {};
}

}  // namespace

Result<ChatPlan> PlanChat(v1::ChatCompletionParams& params, const v1::CallOptions& options,
                          bool stream, const upstream::Runtime& runtime,
                          const gateway::CallContext& context) {
  auto checked = gateway::CheckOptions(options);
  if (!checked) return checked.error();
  if (auto good = CheckParams(params); !good) return good.error();
  if (auto within = LimitOutput(params, runtime, context); !within) return within.error();
  const int64_t output = std::max<int64_t>(params.max_completion_tokens(), params.max_tokens());
  auto route = Route(params, options, *checked, stream, runtime, context);
  if (!route) return route.error();
  ChatPlan plan;
  plan.operation = "chat";
  auto written = WriteBody(params, stream, *route, runtime.limits.json, plan.request);
  if (!written) return written.error();
  const upstream::Destination& first = route->first;
  if (runtime.ownership) {
    auto owned = openai::FilesInChat(plan.request.body, first.upstream->name());
    if (!owned) return owned.error();
    // A file lies at one upstream.
    if (!owned->empty() && route->targets) {
      route->targets->Stay();
      route->shadow.reset();
    }
    plan.owned.uses = std::move(*owned);
  }
  plan.model_info = first.model_info;
  plan.catalogue = first.catalogue;
  plan.request.upstream = first.upstream;
  plan.request.model = first.model;
  plan.request.model_state = first.state;
  plan.request.endings = first.endings;
  plan.request.path = first.upstream->ChatPath(first.model);
  if (stream) {
    plan.request.accept = "text/event-stream";
    plan.request.receive_bytes = http::kStreamReceiveBytes;
    plan.request.long_answer = true;
  }
  plan.request.max_bytes = stream ? runtime.limits.stream_bytes : runtime.limits.body_bytes;
  plan.request.deadline = context.deadline;
  plan.request.trace = context.trace;
  plan.request.memory = context.memory;
  plan.request.keeps_answer = !stream;
  plan.request.fields = &openai::kChatParams;
  plan.request.attempt_timeout = checked->attempt_timeout;
  plan.request.max_retries = RetriesOf(route->max_retries, context);
  plan.request.previous_attempts = context.previous_attempts;
  plan.request.affinity = route->affinity;
  plan.request.resend = route->resend;
  plan.request.tokens = static_cast<int64_t>(plan.request.body.size()) / kBytesPerToken + output;
  plan.request.targets = std::move(route->targets);
  plan.request.first_target = route->picked;
  plan.request.hedge = route->hedge;
  if (params.n() > 1) plan.choices = static_cast<size_t>(params.n());
  plan.validate_only = checked->validate_only;
  plan.include_raw_response = checked->include_raw_response;
  plan.shadow = std::move(route->shadow);
  plan.client_request_id = std::move(checked->client_request_id);
  return plan;
}

}  // namespace inferwire::endpoints
