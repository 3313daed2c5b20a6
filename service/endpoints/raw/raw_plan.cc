#include "endpoints/raw/raw_plan.h"

#include <utility>

#include "codec/encode.h"
#include "endpoints/shared/caller_access.h"
#include "gateway/call_options.h"
#include "openai/assistants_version.h"
#include "openai/error.h"
#include "openai/form_parts.h"
#include "openai/path_segment.h"

namespace inferwire::endpoints {
namespace {

std::string PathAndQuery(const v1::HttpCall& call) {
  std::string url = call.path();
  char separator = '?';
  for (const v1::QueryParameter& parameter : call.query()) {
    url += std::exchange(separator, '&');
    openai::AppendPercentEncoded(parameter.name(), url);
    url += '=';
    openai::AppendPercentEncoded(parameter.value(), url);
  }
  return url;
}

Error NotAllowed(const v1::HttpCall& call) {
  Error error;
  error.code = Code::kPermissionDenied;
  error.reason = v1::ERROR_REASON_PATH_NOT_ALLOWED;
  error.origin = Origin::kCaller;
  error.message = "call.path: this method and path are not on the gateway's allow-list";
  error.resource = Error::Resource{"path", openai::Scrub(call.method() + " " + call.path(), 128)};
  return error;
}

// What has an owner. A list shows everybody's, so there is none here.
Result<openai::OwnedCall> OwnedBy(const v1::HttpCall& call, const std::string& upstream) {
  openai::OwnedCall owned = openai::OwnedInPath(call.method(), call.path(), upstream);
  if (owned.lists) {
    Error error = NotAllowed(call);
    error.message =
        "call.path: a list shows what is other callers'; ListFiles and ListBatches have the "
        "caller's own";
    return error;
  }
  auto named = openai::IsMultipart(call.content_type())
                   ? openai::OwnedInForm(call.content_type(), call.body(), upstream)
                   : openai::OwnedInJson(call.body(), upstream);
  if (!named) return named.error();
  for (gateway::OwnedThing& thing : *named) owned.uses.push_back(std::move(thing));
  return owned;
}

}  // namespace

Result<RawPlan> PlanRaw(v1::HttpCall& call, const v1::CallOptions& options, bool stream,
                        const upstream::Runtime& runtime, const gateway::CallContext& context) {
  auto checked = gateway::CheckOptions(options);
  if (!checked) return checked.error();
  if (auto known = codec::RefuseUnknownFields(call); !known) return known.error();
  if (call.method() != "GET" && call.method() != "POST" && call.method() != "DELETE") {
    return InvalidField("call.method", "must be GET, POST or DELETE");
  }
  if (call.path().empty()) return InvalidField("call.path", "is required");
  if (call.path().find_first_of("?#") != std::string::npos) {
    return InvalidField("call.path", "must not have a query or fragment; use call.query");
  }
  if (!http::IsSafeHeaderValue(call.content_type())) {
    return InvalidField("call.content_type", "must not have control characters");
  }
  if (call.method() != "POST" && !call.body().empty()) {
    return InvalidField("call.body", "only POST has a body");
  }
  if (options.include_raw_response()) {
    return InvalidField("options.include_raw_response", "the answer is raw already");
  }
  if (!runtime.router.raw_allowed()(call.method(), call.path())) return NotAllowed(call);
  auto upstream = runtime.router.ByName(call.upstream());
  if (!upstream) return upstream.error();

  RawPlan plan;
  if (runtime.ownership) {
    auto owned = OwnedBy(call, (*upstream)->name());
    if (!owned) return owned.error();
    plan.owned = std::move(*owned);
  }
  plan.endpoint = FindRawEndpoint(call.method(), call.path());
  ModelAllowed allowed;
  if (RestrictsModels(context)) {
    allowed = [&](const upstream::Destination& model) { return MayUse(model, runtime, context); };
  }
  auto route = RouteRaw(runtime.router, **upstream, plan.endpoint,
                        {call.path(), call.content_type(), call.body(), call.method()}, allowed);
  if (!route) return route.error();
  plan.route = std::move(*route);
  if (auto within = CheckOutput(call.body(), plan.endpoint && plan.endpoint->writes, "call.body",
                                runtime, context);
      !within) {
    return within.error();
  }
  plan.request.model = plan.route.model;
  plan.request.endings = plan.route.endings;
  plan.request.upstream = *upstream;
  plan.request.method = call.method();
  plan.request.path = PathAndQuery(call);
  if (openai::IsOfAssistants(call.path())) {
    plan.request.headers.emplace_back(openai::kAssistantsVersion);
  }
  if (!call.content_type().empty()) plan.request.content_type = call.content_type();
  plan.request.accept = stream ? "text/event-stream, */*" : "*/*";
  plan.request.body = std::move(*call.mutable_body());
  plan.request.raw = true;
  plan.request.use = upstream::Use::kRaw;
  plan.request.max_bytes = stream ? runtime.limits.stream_bytes : runtime.limits.body_bytes;
  plan.request.deadline = context.deadline;
  plan.request.trace = context.trace;
  plan.request.memory = context.memory;
  plan.request.keeps_answer = !stream;
  plan.request.attempt_timeout = checked->attempt_timeout;
  plan.request.max_retries = checked->max_retries.value_or((*upstream)->options().max_retries);
  plan.validate_only = checked->validate_only;
  plan.client_request_id = std::move(checked->client_request_id);
  return plan;
}

}  // namespace inferwire::endpoints
