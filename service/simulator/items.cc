#include "simulator/items.h"

#include <array>

#include "simulator/chat_request.h"
#include "simulator/prompt.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes = {
    {{"message", "msg_"},
     {"function_call", "fc_"},
     {"function_call_output", "fco_"},
     {"custom_tool_call", "ctc_"},
     {"custom_tool_call_output", "ctco_"},
     {"reasoning", "rs_"},
     {"compaction", "cmp_"},
     {"item_reference", "ref_"},
     {"web_search_call", "ws_"},
     {"file_search_call", "fs_"},
     {"image_generation_call", "ig_"},
     {"code_interpreter_call", "ci_"}}};
// Taken as they are: calls and outputs of tools that the simulator does not have.
constexpr std::array<std::string_view, 17> kForeignTypes = {
    "computer_call",    "computer_call_output", "local_shell_call",      "local_shell_call_output",
    "shell_call",       "shell_call_output",    "apply_patch_call",      "apply_patch_call_output",
    "mcp_list_tools",   "mcp_approval_request", "mcp_approval_response", "mcp_call",
    "tool_search_call", "tool_search_output",   "additional_tools",      "compaction_trigger",
    "program"};

bool IsType(std::string_view type) {
  for (const auto& [name, prefix] : kTypes) {
    if (name == type) return true;
  }
  for (const std::string_view name : kForeignTypes) {
    if (name == type) return true;
  }
  return false;
}

bool IsRole(std::string_view role) {
  return role == "user" || role == "assistant" || role == "system" || role == "developer";
}

}  // namespace

std::string NewItemId(std::string_view type, Random& ids) {
  std::string_view prefix = "item_";
  for (const auto& [name, known] : kTypes) {
    if (name == type) prefix = known;
  }
  return std::string(prefix) + Letters(ids, 48);
}

void ItemReader::ReadText(const std::string& text, std::vector<Json>& items) {
  ReadItem({{"role", "user"}, {"content", text}}, path_, items);
}

void ItemReader::Read(const Json& list, std::vector<Json>& items) {
  for (size_t i = 0; i < list.size() && body_.ok(); ++i) {
    ReadItem(list[i], path_ + "[" + std::to_string(i) + "]", items);
  }
}

void ItemReader::ReadItem(const Json& given, const std::string& path, std::vector<Json>& items) {
  if (!given.is_object()) return body_.Fail(InvalidType(path, "an object", KindOf(given)));
  std::optional<ApiError> fault;
  Fields fields(given, path, fault);
  const std::string type = fields.String("type").value_or("message");
  if (fields.ok() && !IsType(type)) {
    fields.Fail(BadRequest("Invalid value: '" + type +
                               "'. Supported values are: 'message', "
                               "'function_call', 'function_call_output', 'custom_tool_call', "
                               "'custom_tool_call_output', 'reasoning', 'item_reference', and "
                               "'compaction'.",
                           path, "invalid_value"));
  }
  if (fault) return body_.Fail(std::move(*fault));
  Json item = {{"id", fields.String("id").value_or(NewItemId(type, ids_))}, {"type", type}};
  item.update(given);
  context_.hash = Hash(Dump(given.contains("content") ? given["content"] : given), context_.hash);
  if (type == "message") {
    ReadMessage(item, path);
  } else {
    context_.tokens += CountTokens(Dump(given));
    if (type == "function_call" || type == "custom_tool_call") ReadCall(item, path);
    if (type == "function_call_output" || type == "custom_tool_call_output") {
      ReadCallOutput(item, path);
    }
    if (type.ends_with("_call") || type.ends_with("_output")) {
      item.emplace("status", "completed");
    }
  }
  items.push_back(std::move(item));
}

void ItemReader::ReadMessage(Json& item, const std::string& path) {
  std::optional<ApiError> fault;
  Fields fields(item, path, fault);
  const std::string role = fields.RequiredString("role");
  const Json* content = fields.Find("content");
  if (fields.ok() && !IsRole(role)) {
    fields.Fail(BadRequest("Invalid value: '" + role +
                               "'. Supported values are: 'assistant', "
                               "'system', 'developer', and 'user'.",
                           path, "invalid_value"));
  }
  if (fields.ok() && content == nullptr) fields.Fail(MissingParameter(path + ".content"));
  if (fault) return body_.Fail(std::move(*fault));
  std::string text;
  if (content->is_string()) {
    text = content->get<std::string>();
    const char* kind = role == "assistant" ? "output_text" : "input_text";
    Json part = {{"type", kind}, {"text", text}};
    if (role == "assistant") part["annotations"] = Json::array();
    item["content"] = Json::array({std::move(part)});
  } else if (content->is_array()) {
    for (size_t i = 0; i < content->size() && body_.ok(); ++i) {
      ReadPart((*content)[i], path + ".content[" + std::to_string(i) + "]", text);
    }
  } else {
    return body_.Fail(
        InvalidType(path + ".content", "one of an array of objects or string", KindOf(*content)));
  }
  item.emplace("status", "completed");
  context_.tokens += kTokensPerMessage + CountTokens(text);
  context_.last_role = role;
  context_.mentions_json = context_.mentions_json || MentionsJson(text);
  if (role == "user") context_.last_user_text = text;
}

void ItemReader::ReadPart(const Json& part, const std::string& path, std::string& text) {
  if (!part.is_object()) return body_.Fail(InvalidType(path, "an object", KindOf(part)));
  std::optional<ApiError> fault;
  Fields fields(part, path, fault);
  const std::string type = fields.RequiredString("type");
  if (type == "input_text" || type == "output_text" || type == "text") {
    text += fields.RequiredString("text");
  } else if (type == "refusal") {
    text += fields.RequiredString("refusal");
  } else if (type == "input_image") {
    ReadImage(fields, path);
  } else if (type == "input_file") {
    context_.tokens += kTokensOfFile;
  } else {
    fields.Fail(BadRequest("Invalid value: '" + type +
                               "'. Supported values are: 'input_text', "
                               "'input_image', 'output_text', 'refusal', and 'input_file'.",
                           path, "invalid_value"));
  }
  if (fault) body_.Fail(std::move(*fault));
}

void ItemReader::ReadImage(Fields& part, const std::string& path) {
  context_.tokens += ImageTokens(part.String("detail").value_or("auto"));
  if (part.String("file_id")) return;
  const std::string url = part.RequiredString("image_url");
  if (!part.ok()) return;
  if (auto error = ImageUrlFault(url, path + ".image_url")) part.Fail(std::move(*error));
}

void ItemReader::ReadCall(const Json& item, const std::string& path) {
  std::optional<ApiError> fault;
  Fields fields(item, path, fault);
  const std::string id = fields.RequiredString("call_id");
  fields.RequiredString("name");
  fields.RequiredString(item["type"] == "function_call" ? "arguments" : "input");
  if (fault) return body_.Fail(std::move(*fault));
  context_.calls.insert(id);
  context_.unanswered.insert(id);
  context_.last_role = "assistant";
}

void ItemReader::ReadCallOutput(const Json& item, const std::string& path) {
  std::optional<ApiError> fault;
  Fields fields(item, path, fault);
  const std::string id = fields.RequiredString("call_id");
  if (fields.Find("output") == nullptr) fields.Fail(MissingParameter(path + ".output"));
  if (fields.ok() && !context_.calls.contains(id)) {
    fields.Fail(BadRequest("No tool call found for function call output with call_id " + id + ".",
                           "input", {}));
  }
  if (fault) return body_.Fail(std::move(*fault));
  context_.unanswered.erase(id);
  context_.last_role = "tool";
}

}  // namespace inferwire::simulator
