#include "simulator/run.h"

#include <algorithm>

#include "simulator/assistants.h"
#include "simulator/metadata.h"

namespace inferwire::simulator {
namespace {

// What chat knows under the same name.
constexpr const char* kOfChat[] = {"temperature", "top_p", "parallel_tool_calls"};

// The text of a message, as chat would have it.
std::string TextOf(const Json& message) {
  std::string text;
  for (const Json& part : message["content"]) {
    if (part["type"] == "text") text += part["text"]["value"].get<std::string>();
  }
  return text;
}

Json FunctionsOf(const Json& tools) {
  Json functions = Json::array();
  for (const Json& tool : tools) {
    if (tool["type"] == "function") functions.push_back(tool);
  }
  return functions;
}

Json ChatOf(const Json& body, const Json& echo, const std::vector<Json>& messages) {
  Json chat = {{"model", echo["model"]}, {"messages", Json::array()}};
  const std::string instructions =
      echo["instructions"].is_string() ? echo["instructions"].get<std::string>() : "";
  if (!instructions.empty()) {
    chat["messages"].push_back({{"role", "system"}, {"content", instructions}});
  }
  for (const Json& message : messages) {
    chat["messages"].push_back({{"role", message["role"]}, {"content", TextOf(message)}});
  }
  // A run in an empty thread answers nobody.
  if (chat["messages"].empty()) chat["messages"].push_back({{"role", "user"}, {"content", ""}});
  const Json functions = FunctionsOf(echo["tools"]);
  if (!functions.empty()) {
    chat["tools"] = functions;
    if (echo["tool_choice"] != "auto") chat["tool_choice"] = echo["tool_choice"];
  }
  for (const char* name : kOfChat) {
    if (body.contains(name) && (functions.empty() ? std::string_view(name) != kOfChat[2] : true)) {
      chat[name] = body[name];
    }
  }
  if (echo["response_format"].is_object()) chat["response_format"] = echo["response_format"];
  if (!echo["max_completion_tokens"].is_null()) {
    chat["max_completion_tokens"] = echo["max_completion_tokens"];
  }
  return chat;
}

}  // namespace

std::optional<ApiError> ReadRun(const Json& body, const Json& assistant,
                                const std::vector<Json>& messages, const ChatOptions& options,
                                Run& run) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  ReadAssistantTools(fields, fault);
  ReadMetadata(fields);
  fields.Integer("max_prompt_tokens", 256, INT64_MAX);
  fields.Integer("max_completion_tokens", 256, INT64_MAX);
  fields.Decimal("temperature", 0, 2);
  fields.Decimal("top_p", 0, 1);
  const auto model = fields.String("model");
  if (model && FindChatModel(*model, options) == nullptr) {
    fields.Fail(BadRequest("The requested model '" + *model + "' does not exist.", "model",
                           "model_not_found"));
  }
  const auto more = fields.String("additional_instructions");
  if (fault) return fault;
  const auto member = [&](const char* name, Json usual = nullptr) {
    const auto found = body.find(name);
    if (found != body.end() && !found->is_null()) return *found;
    const auto own = assistant.find(name);
    return own != assistant.end() && !own->is_null() ? *own : std::move(usual);
  };
  Json instructions = member("instructions", "");
  if (more) instructions = instructions.get<std::string>() + "\n" + *more;
  const auto metadata = body.find("metadata");
  run.echo = {
      {"model", member("model")},
      {"instructions", instructions},
      {"tools", member("tools", Json::array())},
      {"metadata", metadata != body.end() && metadata->is_object() ? *metadata : Json::object()},
      {"temperature", member("temperature", 1.0)},
      {"top_p", member("top_p", 1.0)},
      {"max_prompt_tokens", member("max_prompt_tokens")},
      {"max_completion_tokens", member("max_completion_tokens")},
      {"truncation_strategy",
       member("truncation_strategy", {{"type", "auto"}, {"last_messages", nullptr}})},
      {"response_format", member("response_format", "auto")},
      {"tool_choice", member("tool_choice", "auto")},
      {"parallel_tool_calls", member("parallel_tool_calls", true)}};
  run.assistant_id = assistant["id"];
  run.chat = ChatOf(body, run.echo, messages);
  return std::nullopt;
}

std::optional<ApiError> AnswerRun(const ChatOptions& options, int64_t created, Run& run) {
  ChatRequest request;
  ChatOptions lenient = options;
  lenient.refuse_unknown_arguments = false;
  if (auto error = ReadChat(run.chat, lenient, request)) return error;
  run.answer = ChatAnswer{};
  return MakeAnswer(request, run.behavior, created, run.answer);
}

std::optional<ApiError> TakeOutputs(const Json& body, Run& run) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  const Json* outputs = fields.RequiredArray("tool_outputs");
  if (outputs == nullptr) return fault;
  RunStep& step = run.steps.back();
  std::vector<std::string> texts;
  Json asked = {{"role", "assistant"}, {"content", nullptr}, {"tool_calls", Json::array()}};
  Json told = Json::array();
  for (const AnswerCall& call : step.calls) {
    const auto found = std::find_if(outputs->begin(), outputs->end(), [&](const Json& output) {
      return output.is_object() && StringMember(output, "tool_call_id") == call.id;
    });
    if (found == outputs->end()) {
      return BadRequest("Expected tool outputs for call_ids ['" + call.id + "'], got none.", {},
                        {});
    }
    texts.push_back(StringMember(*found, "output"));
    asked["tool_calls"].push_back(
        {{"id", call.id},
         {"type", "function"},
         {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
    told.push_back({{"role", "tool"}, {"tool_call_id", call.id}, {"content", texts.back()}});
  }
  if (outputs->size() != step.calls.size()) {
    return BadRequest("Expected " + std::to_string(step.calls.size()) + " tool outputs, got " +
                          std::to_string(outputs->size()) + ".",
                      {}, {});
  }
  step.outputs = std::move(texts);
  run.chat["messages"].push_back(std::move(asked));
  for (Json& message : told) run.chat["messages"].push_back(std::move(message));
  // Who must call would call for ever.
  run.chat.erase("tool_choice");
  return std::nullopt;
}

}  // namespace inferwire::simulator
