// What a response may call, which form its text has, and how it repeats the request.
#include <algorithm>
#include <array>

#include "simulator/response_request.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxTools = 128;
// Accepted, and never called.
constexpr std::array<std::string_view, 14> kHostedTools = {
    "web_search",  "web_search_preview",   "file_search", "code_interpreter", "image_generation",
    "mcp",         "computer_use_preview", "computer",    "local_shell",      "shell",
    "apply_patch", "tool_search",          "namespace",   "programmatic"};

bool IsHosted(std::string_view type) {
  for (const std::string_view known : kHostedTools) {
    if (type.starts_with(known)) return true;
  }
  return false;
}

void ReadTool(Fields& body, const Json& json, size_t index, ChatRequest& request,
              std::optional<ApiError>& fault) {
  const std::string path = "tools[" + std::to_string(index) + "]";
  if (!json.is_object()) return body.Fail(InvalidType(path, "an object", KindOf(json)));
  Fields fields(json, path, fault);
  const std::string type = fields.RequiredString("type");
  request.prompt_tokens += CountTokens(Dump(json));
  ChatTool tool;
  if (type == "function") {
    ReadFunctionTool(fields, path, tool);
  } else if (type == "custom") {
    tool.custom = true;
    tool.name = fields.RequiredString("name");
  } else {
    if (fields.ok() && !IsHosted(type)) {
      fields.Fail(BadRequest("Invalid value: '" + type +
                                 "'. Supported values are: 'function', "
                                 "'custom', 'web_search', 'file_search', 'code_interpreter', "
                                 "'image_generation', 'mcp', and 'computer_use_preview'.",
                             path, "invalid_value"));
    }
    return;
  }
  request.tools.push_back(std::move(tool));
}

void ReadAllowed(Fields& choice, ChatRequest& request, std::optional<ApiError>& fault) {
  ReadToolMode(choice, choice.RequiredString("mode"), request);
  const Json* tools = choice.RequiredArray("tools");
  if (tools == nullptr) return;
  for (const Json& tool : *tools) {
    if (!tool.is_object() || !tool.contains("name")) continue;
    request.allowed_tools.insert(Fields(tool, "tool_choice.tools", fault).RequiredString("name"));
  }
}

void ReadChoice(Fields& body, const Json& choice, ChatRequest& request,
                std::optional<ApiError>& fault) {
  if (choice.is_string()) return ReadToolMode(body, choice.get<std::string>(), request);
  if (!choice.is_object()) {
    return body.Fail(InvalidType("tool_choice", "one of a string or object", KindOf(choice)));
  }
  Fields fields(choice, "tool_choice", fault);
  const std::string type = fields.RequiredString("type");
  if (type == "allowed_tools") {
    ReadAllowed(fields, request, fault);
  } else if (type == "function" || type == "custom") {
    request.tool_mode = ToolMode::kNamed;
    request.named_tool = fields.RequiredString("name");
    if (fields.ok()) RequireTool(body, request);
  }
}

Json ToolsEcho(const Json& body) {
  const auto tools = body.find("tools");
  if (tools == body.end() || !tools->is_array()) return Json::array();
  Json echo = *tools;
  for (Json& tool : echo) {
    if (tool["type"] != "function") continue;
    tool.emplace("description", nullptr);
    tool.emplace("parameters", nullptr);
    tool.emplace("strict", true);
  }
  return echo;
}

Json TextEcho(const Json& body) {
  Json text = {{"format", {{"type", "text"}}}, {"verbosity", "medium"}};
  const auto given = body.find("text");
  if (given == body.end() || !given->is_object()) return text;
  text.update(*given);
  if (text["format"].is_null()) text["format"] = {{"type", "text"}};
  if (text["format"]["type"] == "json_schema") {
    text["format"].emplace("description", nullptr);
    text["format"].emplace("strict", false);
  }
  return text;
}

}  // namespace

void ReadResponseTools(Fields& body, ChatRequest& request, std::optional<ApiError>& fault) {
  request.parallel_tool_calls = body.Bool("parallel_tool_calls");
  const Json* tools = body.Array("tools");
  const size_t count = tools != nullptr ? tools->size() : 0;
  if (count > kMaxTools) {
    body.Fail(
        BadRequest("Invalid 'tools': array too long. Expected an array with maximum length "
                   "128, but got an array with length " +
                       std::to_string(count) + " instead.",
                   "tools", "array_above_max_length"));
  }
  for (size_t i = 0; i < count && body.ok(); ++i) ReadTool(body, (*tools)[i], i, request, fault);
  const Json* choice = body.Find("tool_choice");
  if (choice == nullptr || !body.ok()) return;
  if (count == 0 && *choice != "none" && *choice != "auto") {
    return body.Fail(BadRequest(
        "Tool choice '" + (choice->is_string() ? choice->get<std::string>() : "function") +
            "' must be specified with 'tools' parameter.",
        "tool_choice", {}));
  }
  ReadChoice(body, *choice, request, fault);
}

void ReadResponseFormat(Fields& body, ChatRequest& request, std::optional<ApiError>& fault) {
  const Json* text = body.Object("text");
  if (text == nullptr) return;
  const Json* format = Fields(*text, "text", fault).Object("format");
  if (format == nullptr) return;
  Fields fields(*format, "text.format", fault);
  const std::string type = fields.RequiredString("type");
  if (type == "json_schema") {
    ReadSchemaFormat(fields, "text.format.schema", "invalid_json_schema", request);
  } else if (type == "json_object") {
    request.format = Format::kJsonObject;
    if (!request.mentions_json) {
      body.Fail(
          BadRequest("Response input messages must contain the word 'json' in some form to "
                     "use 'text.format' of type 'json_object'.",
                     "input", {}));
    }
  } else if (fields.ok() && type != "text") {
    fields.Fail(BadRequest("Invalid value: '" + type +
                               "'. Supported values are: 'json_object', "
                               "'json_schema', and 'text'.",
                           "text.format.type", "invalid_value"));
  }
}

Json ResponseEcho(const Json& body, const ResponseRequest& request) {
  const auto member = [&](const char* name, Json usual = nullptr) {
    const auto found = body.find(name);
    return found == body.end() || found->is_null() ? std::move(usual) : *found;
  };
  Json reasoning = member("reasoning", Json::object());
  const bool reasons = request.chat.model->kind == ModelKind::kReasoning;
  reasoning.emplace("effort", reasons ? Json("medium") : Json(nullptr));
  reasoning.emplace("summary", nullptr);
  Json echo = {{"instructions", member("instructions")},
               {"max_output_tokens", member("max_output_tokens")},
               {"max_tool_calls", member("max_tool_calls")},
               {"model", request.chat.answer_model},
               {"output", Json::array()},
               {"parallel_tool_calls", member("parallel_tool_calls", true)},
               {"presence_penalty", 0.0},
               {"previous_response_id", member("previous_response_id")},
               {"prompt_cache_key", member("prompt_cache_key")},
               {"prompt_cache_retention", member("prompt_cache_retention")},
               {"reasoning", std::move(reasoning)},
               {"safety_identifier", member("safety_identifier")},
               {"service_tier", request.chat.service_tier},
               {"store", request.store},
               {"temperature", member("temperature", 1.0)},
               {"text", TextEcho(body)},
               {"tool_choice", member("tool_choice", "auto")},
               {"tools", ToolsEcho(body)},
               {"top_logprobs", request.chat.top_logprobs},
               {"top_p", member("top_p", 1.0)},
               {"truncation", member("truncation", "disabled")},
               {"usage", nullptr},
               {"user", member("user")},
               {"metadata", member("metadata", Json::object())}};
  if (!request.conversation.empty()) echo["conversation"] = {{"id", request.conversation}};
  return echo;
}

}  // namespace inferwire::simulator
