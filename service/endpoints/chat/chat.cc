#include "endpoints/chat/chat.h"

#include <string>
#include <utility>

#include "catalogue/chat_check.h"
#include "codec/encode.h"
#include "gateway/call_options.h"
#include "openai/context_window.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kReserved[] = {"stream", "stream_options"};

Error UnderParams(Error error) {
  for (auto& field : error.fields) field.field = "params." + field.field;
  if (!error.fields.empty()) {
    error.message = error.fields.front().field + ": " + error.fields.front().description;
  }
  return error;
}

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

// Says the caller's wish in the word that the server knows. A caller who uses both words knows the
// server better.
void FitToDialect(const openai::Dialect& dialect, v1::ChatCompletionParams& params) {
  const bool says_max_tokens = params.has_max_tokens() || params.extra().contains("max_tokens");
  if (!dialect.only_max_tokens || !params.has_max_completion_tokens() || says_max_tokens) return;
  params.set_max_tokens(params.max_completion_tokens());
  params.clear_max_completion_tokens();
}

}  // namespace

Result<ChatPlan> PlanChat(v1::ChatCompletionParams& params, const v1::CallOptions& options,
                          bool stream, const upstream::Runtime& runtime,
                          const gateway::CallContext& context) {
  auto checked = gateway::CheckOptions(options);
  if (!checked) return checked.error();
  if (auto good = CheckParams(params); !good) return good.error();
  auto route = runtime.router.ForModel(params.model());
  if (!route) return route.error();
  params.set_model(route->model);
  if (route->model_info) {
    if (auto able = catalogue::CheckChat(*route->model_info, params, stream); !able) {
      return able.error();
    }
    if (auto fits = openai::CheckPromptFits(*route->model_info, params); !fits) return fits.error();
  }
  const upstream::UpstreamOptions& upstream = route->upstream->options();
  FitToDialect(*upstream.dialect, params);
  ChatPlan plan;
  codec::EncodeOptions encode;
  encode.reserved = kReserved;
  encode.limits = runtime.limits.json;
  if (stream) encode.more_members = upstream.dialect->stream_members;
  if (auto written = codec::AppendJson(params, plan.request.body, encode); !written) {
    return UnderParams(std::move(written.error()));
  }
  if (runtime.ownership) {
    auto owned = openai::FilesInChat(plan.request.body, route->upstream->name());
    if (!owned) return owned.error();
    plan.owned.uses = std::move(*owned);
  }
  plan.model_info = std::move(route->model_info);
  plan.catalogue = std::move(route->catalogue);
  plan.request.upstream = route->upstream;
  plan.request.model = std::move(route->model);
  plan.request.path = route->upstream->ChatPath(params.model());
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
  plan.request.max_retries = checked->max_retries.value_or(upstream.max_retries);
  if (params.n() > 1) plan.choices = static_cast<size_t>(params.n());
  plan.validate_only = checked->validate_only;
  plan.include_raw_response = checked->include_raw_response;
  plan.client_request_id = std::move(checked->client_request_id);
  return plan;
}

}  // namespace inferwire::endpoints
