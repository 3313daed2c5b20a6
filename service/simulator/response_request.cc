#include "simulator/response_request.h"

#include <algorithm>
#include <array>

#include "simulator/metadata.h"
#include "simulator/prompt.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMinOutput = 16;

constexpr std::array<std::string_view, 33> kArguments = {"background",
                                                         "background_options",
                                                         "context_management",
                                                         "conversation",
                                                         "include",
                                                         "input",
                                                         "instructions",
                                                         "max_output_tokens",
                                                         "max_tool_calls",
                                                         "metadata",
                                                         "model",
                                                         "moderation",
                                                         "parallel_tool_calls",
                                                         "personality",
                                                         "previous_response_id",
                                                         "prompt",
                                                         "prompt_cache_key",
                                                         "prompt_cache_retention",
                                                         "prompt_cache_options",
                                                         "reasoning",
                                                         "safety_identifier",
                                                         "service_tier",
                                                         "store",
                                                         "stream",
                                                         "stream_options",
                                                         "temperature",
                                                         "text",
                                                         "tool_choice",
                                                         "tools",
                                                         "top_logprobs",
                                                         "top_p",
                                                         "truncation",
                                                         "user"};

constexpr std::array<const char*, 7> kHashed = {
    "instructions", "tools", "tool_choice", "text", "top_p", "temperature", "reasoning"};

const Model* ReadResponseModel(Fields& body, const ChatOptions& options, std::string& asked) {
  asked = body.RequiredString("model");
  if (!body.ok()) return nullptr;
  const Model* model = FindChatModel(asked, options);
  if (model != nullptr) return model;
  const bool exists = FindModel(asked) != nullptr;
  body.Fail(
      BadRequest("The requested model '" + asked + "' " +
                     (exists ? "is not supported with the Responses API." : "does not exist."),
                 "model", "model_not_found"));
  return nullptr;
}

void ReadInput(Fields& body, Random& ids, ResponseRequest& request) {
  ItemContext& context = request.context;
  if (const auto instructions = body.String("instructions")) {
    request.chat.prompt_tokens += kTokensPerMessage + CountTokens(*instructions);
    context.mentions_json = context.mentions_json || MentionsJson(*instructions);
  }
  const Json* input = body.Find("input");
  ItemReader reader(body, "input", context, ids);
  if (input != nullptr && input->is_string()) {
    reader.ReadText(input->get<std::string>(), request.input);
  } else if (input != nullptr && input->is_array()) {
    reader.Read(*input, request.input);
  } else if (input != nullptr) {
    body.Fail(InvalidType("input", "one of a string or array of input items", KindOf(*input)));
  }
  if (!context.unanswered.empty()) {
    body.Fail(
        BadRequest("No tool output found for function call " + *context.unanswered.begin() + ".",
                   "input", {}));
  }
  request.chat.prompt_tokens += context.tokens + kTokensOfPriming;
  request.chat.last_role = context.last_role;
  request.chat.last_user_text = context.last_user_text;
  request.chat.mentions_json = context.mentions_json;
}

void ReadLimits(Fields& body, ChatRequest& chat) {
  chat.max_tokens = body.Integer("max_output_tokens", kMinOutput, INT64_MAX);
  const auto temperature = body.Decimal("temperature", 0, 2);
  body.Decimal("top_p", 0, 1);
  body.Integer("max_tool_calls", 1, INT64_MAX);
  chat.top_logprobs = body.Integer("top_logprobs", 0, 20).value_or(0);
  const auto tier = body.String("service_tier");
  if (tier && *tier != "auto") chat.service_tier = *tier;
  if (chat.model->kind == ModelKind::kReasoning && temperature && *temperature != 1) {
    body.Fail(BadRequest("Unsupported parameter: 'temperature' is not supported with this model.",
                         "temperature", "unsupported_parameter"));
  }
  const auto truncation = body.String("truncation");
  if (truncation && *truncation != "auto" && *truncation != "disabled") {
    body.Fail(BadRequest(
        "Invalid value: '" + *truncation + "'. Supported values are: 'auto' and 'disabled'.",
        "truncation", "invalid_value"));
  }
}

void ReadReasoning(Fields& body, ResponseRequest& request, std::optional<ApiError>& fault) {
  const Json* reasoning = body.Object("reasoning");
  const Json none = Json::object();
  Fields fields(reasoning != nullptr ? *reasoning : none, "reasoning", fault);
  const auto effort = fields.String("effort");
  const auto summary = fields.String("summary");
  request.reasoning_summary = summary || fields.String("generate_summary");
  if (request.chat.model->kind == ModelKind::kReasoning) {
    request.chat.reasoning_tokens = ReasoningTokens(effort.value_or("medium"));
  } else if (effort && *effort != "none") {
    fields.Fail(
        BadRequest("Unsupported parameter: 'reasoning.effort' is not supported with this model.",
                   "reasoning.effort", "unsupported_parameter"));
  }
}

void ReadInclude(Fields& body, ResponseRequest& request) {
  const Json* include = body.Array("include");
  request.chat.logprobs = request.chat.top_logprobs > 0;
  if (include == nullptr) return;
  for (const Json& one : *include) {
    if (one == "reasoning.encrypted_content") request.encrypted_reasoning = true;
    if (one == "message.output_text.logprobs") request.chat.logprobs = true;
  }
}

void ReadBackgroundOptions(Fields& body, const ResponseRequest& request,
                           std::optional<ApiError>& fault) {
  const Json* options = body.Object("background_options");
  if (options == nullptr) return;
  Fields fields(*options, "background_options", fault);
  fields.String("continuation_id");
  const auto window = fields.String("completion_window");
  if (!window || *window == "soonest") return;
  constexpr const char* kName = "background_options.completion_window";
  if (*window != "2h" && *window != "8h") {
    fields.Fail(BadRequest(
        "Invalid value: '" + *window + "'. Supported values are: 'soonest', '2h', and '8h'.", kName,
        "invalid_value"));
  } else if (!request.background || request.chat.stream) {
    fields.Fail(BadRequest("A completion window requires 'background' and no 'stream'.", kName,
                           "invalid_value"));
  }
}

void ReadDelivery(Fields& body, ResponseRequest& request, std::optional<ApiError>& fault) {
  request.store = body.Bool("store").value_or(true);
  request.background = body.Bool("background").value_or(false);
  request.chat.stream = body.Bool("stream").value_or(false);
  ReadBackgroundOptions(body, request, fault);
  if (const Json* options = body.Object("stream_options")) {
    Fields fields(*options, "stream_options", fault);
    request.chat.obfuscation = fields.Bool("include_obfuscation").value_or(true);
    if (!request.chat.stream) {
      body.Fail(
          BadRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                     "stream_options", {}));
    }
  }
}

void CheckContext(Fields& body, const ChatRequest& chat) {
  if (chat.prompt_tokens + chat.max_tokens.value_or(0) <= chat.model->context_window) return;
  body.Fail(
      BadRequest("Your input exceeds the context window of this model. Please adjust your "
                 "input and try again.",
                 "input", "context_length_exceeded"));
}

}  // namespace

std::string ConversationId(const Json& body) {
  const auto found = body.find("conversation");
  if (found == body.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  const bool named = found->is_object() && found->contains("id") && (*found)["id"].is_string();
  return named ? (*found)["id"].get<std::string>() : "";
}

std::optional<ApiError> ReadPrompt(const Json& body, const ChatOptions& options, ItemContext before,
                                   Random& ids, ResponseRequest& request) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  ChatRequest& chat = request.chat;
  chat.model = ReadResponseModel(fields, options, chat.asked_model);
  if (chat.model == nullptr) return fault;
  chat.answer_model = AnswerModel(*chat.model, chat.asked_model);
  if (options.refuse_unknown_arguments) {
    for (const auto& [name, value] : body.items()) {
      if (std::find(kArguments.begin(), kArguments.end(), name) == kArguments.end()) {
        fields.Fail(UnknownParameter(name));
      }
    }
  }
  request.context = std::move(before);
  request.context.last_role.clear();
  ReadInput(fields, ids, request);
  ReadResponseTools(fields, chat, fault);
  CheckContext(fields, chat);
  return fault;
}

std::optional<ApiError> ReadResponse(const Json& body, const ChatOptions& options,
                                     ItemContext before, Random& ids, ResponseRequest& request) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  request.previous = fields.String("previous_response_id").value_or("");
  request.conversation = ConversationId(body);
  fault = ReadPrompt(body, options, std::move(before), ids, request);
  if (fault) return fault;
  if (body.find("input") == body.end() && body.find("prompt") == body.end() &&
      request.previous.empty() && request.conversation.empty()) {
    fields.Fail(
        BadRequest("One of \"input\" or \"previous_response_id\" or 'prompt' or "
                   "'conversation' must be provided.",
                   "input", "missing_required_parameter"));
  }
  ReadLimits(fields, request.chat);
  ReadReasoning(fields, request, fault);
  ReadInclude(fields, request);
  ReadDelivery(fields, request, fault);
  ReadResponseFormat(fields, request.chat, fault);
  ReadMetadata(fields);
  CheckContext(fields, request.chat);
  request.chat.hash =
      HashOf(body, kHashed, Hash(request.chat.asked_model, options.seed ^ request.context.hash));
  if (!fault) request.echo = ResponseEcho(body, request);
  return fault;
}

}  // namespace inferwire::simulator
