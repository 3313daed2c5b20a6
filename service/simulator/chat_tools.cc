#include <algorithm>

#include "simulator/chat_request.h"
#include "simulator/schema.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxTools = 128;

bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

void ReadTool(Fields& body, const Json& json, size_t index, ChatRequest& request,
              std::optional<ApiError>& fault) {
  const std::string path = "tools[" + std::to_string(index) + "]";
  if (!json.is_object()) return body.Fail(InvalidType(path, "an object", KindOf(json)));
  Fields fields(json, path, fault);
  ChatTool tool;
  const std::string type = fields.RequiredString("type");
  if (type == "function") {
    if (const Json* function = fields.RequiredObject("function")) {
      Fields inside(*function, path + ".function", fault);
      ReadFunctionTool(inside, path + ".function", tool);
    }
  } else if (type == "custom") {
    tool.custom = true;
    if (const Json* custom = fields.RequiredObject("custom")) {
      tool.name = Fields(*custom, path + ".custom", fault).RequiredString("name");
    }
  } else {
    fields.Fail(
        BadRequest("Invalid value: '" + type + "'. Supported values are: 'function' and 'custom'.",
                   path + ".type", "invalid_value"));
  }
  request.prompt_tokens += CountTokens(Dump(json));
  request.tools.push_back(std::move(tool));
}

void ReadAllowed(Fields& body, const Json& allowed, ChatRequest& request,
                 std::optional<ApiError>& fault) {
  Fields fields(allowed, "tool_choice.allowed_tools", fault);
  ReadToolMode(body, fields.RequiredString("mode"), request);
  const Json* tools = fields.RequiredArray("tools");
  if (tools == nullptr) return;
  for (const Json& tool : *tools) {
    for (const char* kind : {"function", "custom"}) {
      if (!tool.is_object() || !tool.contains(kind) || !tool[kind].is_object()) continue;
      request.allowed_tools.insert(Fields(tool[kind], kind, fault).RequiredString("name"));
    }
  }
}

void ReadChoiceObject(Fields& body, const Json& choice, ChatRequest& request,
                      std::optional<ApiError>& fault) {
  Fields fields(choice, "tool_choice", fault);
  const std::string type = fields.RequiredString("type");
  if (!fields.ok()) return;
  if (type == "allowed_tools") {
    if (const Json* allowed = fields.RequiredObject("allowed_tools")) {
      ReadAllowed(body, *allowed, request, fault);
    }
    return;
  }
  const char* kind = type == "custom" ? "custom" : "function";
  const Json* named = fields.RequiredObject(kind);
  if (named == nullptr) return;
  request.tool_mode = ToolMode::kNamed;
  request.named_tool =
      Fields(*named, std::string("tool_choice.") + kind, fault).RequiredString("name");
  RequireTool(body, request);
}

}  // namespace

void ReadFunctionTool(Fields& function, const std::string& path, ChatTool& tool) {
  tool.name = function.RequiredString("name");
  const bool strict = function.Bool("strict").value_or(false);
  if (function.ok() && !IsName(tool.name)) {
    function.Fail(
        BadRequest("Invalid '" + path +
                       ".name': string does not match pattern. Expected a string that matches the "
                       "pattern '^[a-zA-Z0-9_-]+$'.",
                   path + ".name", "invalid_value"));
  }
  const Json* parameters = function.Object("parameters");
  if (parameters == nullptr) return;
  tool.parameters = *parameters;
  // A loose schema is a hint: what it says beyond our means is ignored.
  const auto rules = strict ? SchemaRules::kStrict : SchemaRules::kLoose;
  if (auto reason = SchemaFault(*parameters, rules)) {
    function.Fail(BadRequest("Invalid schema for function '" + tool.name + "': " + *reason,
                             path + ".parameters", "invalid_function_parameters"));
  }
}

void ReadToolMode(Fields& body, const std::string& mode, ChatRequest& request) {
  if (mode == "none") {
    request.tool_mode = ToolMode::kNone;
  } else if (mode == "required") {
    request.tool_mode = ToolMode::kRequired;
  } else if (mode != "auto") {
    body.Fail(BadRequest(
        "Invalid value: '" + mode + "'. Supported values are: 'none', 'auto', and 'required'.",
        "tool_choice", "invalid_value"));
  }
}

void RequireTool(Fields& body, const ChatRequest& request) {
  const bool known =
      std::any_of(request.tools.begin(), request.tools.end(),
                  [&](const ChatTool& tool) { return tool.name == request.named_tool; });
  if (known) return;
  body.Fail(BadRequest("Invalid value for 'tool_choice': function '" + request.named_tool +
                           "' not found in 'tools'.",
                       "tool_choice", {}));
}

void ReadTools(Fields& body, ChatRequest& request, std::optional<ApiError>& fault) {
  request.parallel_tool_calls = body.Bool("parallel_tool_calls");
  if (const Json* tools = body.Array("tools")) {
    if (tools->size() > kMaxTools) {
      body.Fail(
          BadRequest("Invalid 'tools': array too long. Expected an array with maximum length 128, "
                     "but got an array with length " +
                         std::to_string(tools->size()) + " instead.",
                     "tools", "array_above_max_length"));
    }
    for (size_t i = 0; i < tools->size() && body.ok(); ++i) {
      ReadTool(body, (*tools)[i], i, request, fault);
    }
  }
  const Json* choice = body.Find("tool_choice");
  if (choice == nullptr || !body.ok()) return;
  if (request.tools.empty() && *choice != "none") {
    body.Fail(BadRequest(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
        "specified.",
        "tool_choice", {}));
  } else if (choice->is_string()) {
    ReadToolMode(body, choice->get<std::string>(), request);
  } else if (choice->is_object()) {
    ReadChoiceObject(body, *choice, request, fault);
  } else {
    body.Fail(InvalidType("tool_choice", "one of a string or object", KindOf(*choice)));
  }
}

void ReadSchemaFormat(Fields& format, const char* param, std::optional<std::string> code,
                      ChatRequest& request) {
  request.format = Format::kJsonSchema;
  const std::string name = format.RequiredString("name");
  const bool strict = format.Bool("strict").value_or(false);
  const Json* schema = format.Object("schema");
  request.schema = schema != nullptr ? *schema : Json::object();
  request.prompt_tokens += CountTokens(Dump(request.schema));
  if (!format.ok()) return;
  const auto rules = strict ? SchemaRules::kStrict : SchemaRules::kSupported;
  if (auto reason = SchemaFault(request.schema, rules)) {
    format.Fail(BadRequest("Invalid schema for response_format '" + name + "': " + *reason, param,
                           std::move(code)));
  }
}

void ReadFormat(Fields& body, ChatRequest& request, std::optional<ApiError>& fault) {
  const Json* format = body.Object("response_format");
  if (format == nullptr) return;
  Fields fields(*format, "response_format", fault);
  const std::string type = fields.RequiredString("type");
  if (type == "json_object") {
    request.format = Format::kJsonObject;
    if (!request.mentions_json) {
      body.Fail(
          BadRequest("'messages' must contain the word 'json' in some form, to use "
                     "'response_format' of type 'json_object'.",
                     "messages", {}));
    }
  } else if (type == "json_schema") {
    const Json* outer = fields.RequiredObject("json_schema");
    if (outer == nullptr) return;
    Fields inner(*outer, "response_format.json_schema", fault);
    ReadSchemaFormat(inner, "response_format", {}, request);
  } else if (type != "text") {
    fields.Fail(BadRequest("Invalid value: '" + type +
                               "'. Supported values are: 'json_object', 'json_schema', and 'text'.",
                           "response_format.type", "invalid_value"));
  }
}

}  // namespace inferwire::simulator
