#include "simulator/chat_request.h"

#include <algorithm>
#include <array>

#include "simulator/random.h"

namespace inferwire::simulator {
namespace {

constexpr std::array<std::string_view, 37> kArguments = {"messages",
                                                         "model",
                                                         "metadata",
                                                         "top_logprobs",
                                                         "temperature",
                                                         "top_p",
                                                         "user",
                                                         "safety_identifier",
                                                         "prompt_cache_key",
                                                         "prompt_cache_retention",
                                                         "prompt_cache_options",
                                                         "service_tier",
                                                         "modalities",
                                                         "verbosity",
                                                         "reasoning_effort",
                                                         "max_completion_tokens",
                                                         "frequency_penalty",
                                                         "presence_penalty",
                                                         "web_search_options",
                                                         "response_format",
                                                         "audio",
                                                         "store",
                                                         "moderation",
                                                         "stream",
                                                         "stop",
                                                         "logit_bias",
                                                         "logprobs",
                                                         "max_tokens",
                                                         "n",
                                                         "prediction",
                                                         "seed",
                                                         "stream_options",
                                                         "tools",
                                                         "tool_choice",
                                                         "parallel_tool_calls",
                                                         "function_call",
                                                         "functions"};

// Only these change the answer: a stream carries the same text as the unary call.
constexpr std::array<const char*, 8> kHashed = {"messages",    "tools",           "tool_choice",
                                                "temperature", "response_format", "seed",
                                                "top_p",       "reasoning_effort"};

void RefuseUnknown(Fields& fields, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (std::find(kArguments.begin(), kArguments.end(), name) == kArguments.end()) {
      fields.Fail(BadRequest("Unrecognized request argument supplied: " + name, {}, {}));
    }
  }
}

void ReadLimits(Fields& body, ChatRequest& request) {
  const auto old = body.Integer("max_tokens", 1, INT64_MAX);
  const auto fresh = body.Integer("max_completion_tokens", 1, INT64_MAX);
  if (old && fresh) {
    body.Fail(
        BadRequest("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not "
                   "supported.",
                   "max_tokens", "invalid_parameter_combination"));
  }
  if (old && request.model->kind == ModelKind::kReasoning) {
    body.Fail(
        BadRequest("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                   "'max_completion_tokens' instead.",
                   "max_tokens", "unsupported_parameter"));
  }
  const char* name = old ? "max_tokens" : "max_completion_tokens";
  request.max_tokens = old ? old : fresh;
  if (request.max_tokens && *request.max_tokens > request.model->max_output) {
    body.Fail(BadRequest(
        std::string(name) + " is too large: " + std::to_string(*request.max_tokens) +
            ". This model supports at most " + std::to_string(request.model->max_output) +
            " completion tokens, whereas you provided " + std::to_string(*request.max_tokens) + ".",
        name, "invalid_value"));
  }
}

void ReadSampling(Fields& body, ChatRequest& request) {
  const auto temperature = body.Decimal("temperature", 0, 2);
  body.Decimal("top_p", 0, 1);
  body.Decimal("frequency_penalty", -2, 2);
  body.Decimal("presence_penalty", -2, 2);
  body.Integer("seed", INT64_MIN, INT64_MAX);
  body.Object("logit_bias");
  body.Object("metadata");
  body.Bool("store");
  request.choices = body.Integer("n", 1, 128).value_or(1);
  request.logprobs = body.Bool("logprobs").value_or(false);
  request.top_logprobs = body.Integer("top_logprobs", 0, 20).value_or(0);
  if (request.top_logprobs > 0 && !request.logprobs) {
    body.Fail(BadRequest("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
                         "top_logprobs", "invalid_value"));
  }
  if (request.model->kind == ModelKind::kReasoning && temperature && *temperature != 1) {
    body.Fail(BadRequest("Unsupported value: 'temperature' does not support " +
                             Dump(*body.Find("temperature")) +
                             " with this model. Only the default (1) value is supported.",
                         "temperature", "unsupported_value"));
  }
  const auto tier = body.String("service_tier");
  if (tier && *tier != "auto") request.service_tier = *tier;
}

void ReadReasoning(Fields& body, ChatRequest& request) {
  const auto effort = body.String("reasoning_effort");
  if (request.model->kind != ModelKind::kReasoning) {
    if (effort && *effort != "none") {
      body.Fail(BadRequest("Unrecognized request argument supplied: reasoning_effort", {}, {}));
    }
    return;
  }
  const std::string level = effort.value_or("medium");
  request.reasoning_tokens = ReasoningTokens(level);
}

void CheckModalities(Fields& body) {
  const Json* list = body.Array("modalities");
  if (list == nullptr) return;
  for (const Json& one : *list) {
    if (one == "text") continue;
    body.Fail(BadRequest("Invalid value: " + Dump(one) + ". This model only supports 'text'.",
                         "modalities", "invalid_value"));
  }
}

void CheckContext(Fields& body, const ChatRequest& request) {
  if (request.prompt_tokens + request.max_tokens.value_or(0) <= request.model->context_window)
    return;
  body.Fail(BadRequest(
      "This model's maximum context length is " + std::to_string(request.model->context_window) +
          " tokens. However, your messages resulted in " + std::to_string(request.prompt_tokens) +
          " tokens. Please reduce the length of the messages.",
      "messages", "context_length_exceeded"));
}

}  // namespace

void ReadStop(Fields& body, ChatRequest& request) {
  const Json* stop = body.Find("stop");
  if (stop == nullptr) return;
  if (stop->is_string()) {
    request.stop.push_back(stop->get<std::string>());
  } else if (const Json* list = body.Array("stop")) {
    if (list->size() > 4) {
      body.Fail(
          BadRequest("Invalid 'stop': array too long. Expected an array with maximum length 4, "
                     "but got an array with length " +
                         std::to_string(list->size()) + " instead.",
                     "stop", "array_above_max_length"));
    }
    for (size_t i = 0; i < list->size() && body.ok(); ++i) {
      const Json& one = (*list)[i];
      const std::string path = "stop[" + std::to_string(i) + "]";
      if (one.is_string()) {
        request.stop.push_back(one.get<std::string>());
      } else {
        body.Fail(InvalidType(path, "a string", KindOf(one)));
      }
    }
  }
}

void ReadStream(Fields& body, ChatRequest& request, std::optional<ApiError>& fault) {
  request.stream = body.Bool("stream").value_or(false);
  const Json* options = body.Object("stream_options");
  if (options == nullptr) return;
  if (!request.stream) {
    body.Fail(BadRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                         "stream_options", {}));
  }
  Fields fields(*options, "stream_options", fault);
  request.include_usage = fields.Bool("include_usage").value_or(false);
  request.obfuscation = fields.Bool("include_obfuscation").value_or(true);
}

int64_t ReasoningTokens(std::string_view effort) {
  if (effort == "none" || effort == "minimal") return 0;
  return effort == "low" ? 64 : effort == "medium" ? 128 : 256;
}

bool MentionsJson(std::string_view text) {
  for (size_t i = 0; i + 4 <= text.size(); ++i) {
    if ((text[i] | 0x20) == 'j' && (text[i + 1] | 0x20) == 's' && (text[i + 2] | 0x20) == 'o' &&
        (text[i + 3] | 0x20) == 'n') {
      return true;
    }
  }
  return false;
}

const Model* FindChatModel(const std::string& asked, const ChatOptions& options) {
  const Model* model = FindModel(asked);
  if (model == nullptr && options.tuned != nullptr) model = options.tuned->Find(asked);
  if (model == nullptr) return options.any_model ? &AnyModel(ModelKind::kChat) : nullptr;
  const bool chats = model->kind == ModelKind::kChat || model->kind == ModelKind::kReasoning;
  return chats ? model : nullptr;
}

std::string AnswerModel(const Model& model, const std::string& asked) {
  return FindModel(asked) != nullptr ? std::string(model.snapshot) : asked;
}

const Model* ReadModel(Fields& body, ModelKind kind, const ChatOptions& options,
                       std::string& asked) {
  if (body.Find("model") == nullptr) {
    body.Fail(BadRequest("you must provide a model parameter", {}, {}));
    return nullptr;
  }
  asked = body.String("model").value_or("");
  if (!body.ok()) return nullptr;
  const bool chat = kind == ModelKind::kChat;
  const Model* model = chat ? FindChatModel(asked, options) : FindModel(asked);
  if (model == nullptr && !chat && options.any_model) model = &AnyModel(kind);
  if (model != nullptr && (chat || model->kind == kind)) return model;
  ApiError error = ModelNotFound(asked);
  if (chat && FindModel(asked) != nullptr) {
    error.message =
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint.";
    error.param = "model";
    error.code.reset();
  }
  body.Fail(std::move(error));
  return nullptr;
}

std::optional<ApiError> ReadChat(const Json& body, const ChatOptions& options,
                                 ChatRequest& request) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  request.model = ReadModel(fields, ModelKind::kChat, options, request.asked_model);
  if (request.model == nullptr) return fault;
  request.answer_model = AnswerModel(*request.model, request.asked_model);
  request.hash = HashOf(body, kHashed, Hash(request.asked_model, options.seed));
  if (options.refuse_unknown_arguments) RefuseUnknown(fields, body);
  const Json* messages = fields.RequiredArray("messages");
  if (messages != nullptr) ReadMessages(fields, *messages, request);
  ReadSampling(fields, request);
  ReadReasoning(fields, request);
  ReadLimits(fields, request);
  ReadStop(fields, request);
  ReadStream(fields, request, fault);
  CheckModalities(fields);
  ReadTools(fields, request, fault);
  ReadFormat(fields, request, fault);
  CheckContext(fields, request);
  return fault;
}

}  // namespace inferwire::simulator
