#include <algorithm>
#include <array>

#include "simulator/chat_request.h"
#include "simulator/prompt.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr std::array<const char*, 6> kRoles = {"system",   "assistant", "user",
                                               "function", "tool",      "developer"};

std::string Index(const char* list, size_t i) {
  return std::string(list) + "[" + std::to_string(i) + "]";
}

class Reader {
 public:
  Reader(Fields& body, ChatRequest& request) : body_(body), request_(request) {}

  void Read(const Json& messages) {
    for (size_t i = 0; i < messages.size() && body_.ok(); ++i) {
      const std::string path = Index("messages", i);
      if (!messages[i].is_object()) {
        body_.Fail(InvalidType(path, "an object", KindOf(messages[i])));
        return;
      }
      std::optional<ApiError> fault;
      Fields message(messages[i], path, fault);
      ReadMessage(message, path);
      if (fault) body_.Fail(std::move(*fault));
    }
    CheckAnswered();
    request_.prompt_tokens += kTokensOfPriming;
  }

 private:
  void ReadMessage(Fields& message, const std::string& path) {
    const std::string role = message.RequiredString("role");
    if (!message.ok()) return;
    if (std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end()) {
      message.Fail(
          BadRequest("Invalid value: '" + role +
                         "'. Supported values are: 'system', 'assistant', 'user', 'function', "
                         "'tool', and 'developer'.",
                     path + ".role", "invalid_value"));
      return;
    }
    if (role == "tool") {
      ReadToolResult(message, path);
    } else {
      CheckAnswered();
    }
    request_.last_role = role;
    request_.prompt_tokens += kTokensPerMessage;
    request_.prompt_tokens += CountTokens(message.String("name").value_or(""));
    ReadContent(message, path, role);
    if (role == "assistant") ReadCalls(message);
  }

  void ReadContent(Fields& message, const std::string& path, const std::string& role) {
    const Json* content = message.Find("content");
    if (content == nullptr) {
      if (role != "assistant") {
        message.Fail(BadRequest("Invalid value for 'content': expected a string, got null.",
                                path + ".content", {}));
      }
      return;
    }
    text_.clear();
    if (content->is_string()) {
      text_ = content->get<std::string>();
    } else if (content->is_array()) {
      for (size_t i = 0; i < content->size() && message.ok(); ++i) {
        ReadPart(message, (*content)[i], path + "." + Index("content", i));
      }
    } else {
      message.Fail(
          BadRequest("Invalid type for '" + path +
                         ".content': expected one of a string or array of objects, but got " +
                         std::string(KindOf(*content)) + " instead.",
                     path + ".content", "invalid_type"));
    }
    request_.prompt_tokens += CountTokens(text_);
    request_.mentions_json = request_.mentions_json || MentionsJson(text_);
    if (role == "user") request_.last_user_text = text_;
  }

  void ReadPart(Fields& message, const Json& part, const std::string& path) {
    if (!part.is_object()) return message.Fail(InvalidType(path, "an object", KindOf(part)));
    std::optional<ApiError> fault;
    Fields fields(part, path, fault);
    const std::string type = fields.RequiredString("type");
    if (type == "text" || type == "refusal") {
      text_ += fields.RequiredString(type.c_str());
    } else if (type == "image_url") {
      if (const Json* image = fields.RequiredObject("image_url"))
        ReadImage(fields, *image, path, fault);
    } else if (type == "file") {
      fields.RequiredObject("file");
      request_.prompt_tokens += kTokensOfFile;
    } else if (fields.ok()) {
      const bool audio = type == "input_audio";
      fields.Fail(BadRequest(
          audio ? "Invalid content type. input_audio is only supported by certain models."
                : "Invalid value: '" + type +
                      "'. Supported values are: 'text', "
                      "'image_url', 'input_audio', 'refusal', and 'file'.",
          path + ".type", audio ? std::nullopt : std::optional<std::string>("invalid_value")));
    }
    if (fault) message.Fail(std::move(*fault));
  }

  void ReadImage(Fields& part, const Json& image, const std::string& path,
                 std::optional<ApiError>& fault) {
    Fields fields(image, path + ".image_url", fault);
    const std::string url = fields.RequiredString("url");
    request_.prompt_tokens += ImageTokens(fields.String("detail").value_or("auto"));
    if (!part.ok()) return;
    if (auto error = ImageUrlFault(url, path + ".image_url.url")) part.Fail(std::move(*error));
  }

  void ReadCalls(Fields& message) {
    const Json* calls = message.Array("tool_calls");
    if (calls == nullptr) return;
    for (const Json& call : *calls) {
      request_.prompt_tokens += CountTokens(Dump(call));
      if (call.is_object() && call.contains("id") && call["id"].is_string()) {
        unanswered_.insert(call["id"].get<std::string>());
        known_.insert(call["id"].get<std::string>());
      }
    }
  }

  void ReadToolResult(Fields& message, const std::string& path) {
    const std::string id = message.RequiredString("tool_call_id");
    if (message.ok() && !known_.contains(id)) {
      message.Fail(
          BadRequest("Invalid parameter: messages with role 'tool' must be a response to a "
                     "preceeding message with 'tool_calls'.",
                     path + ".role", {}));
    }
    unanswered_.erase(id);
  }

  void CheckAnswered() {
    if (unanswered_.empty()) return;
    std::string ids;
    for (const std::string& id : unanswered_) ids += (ids.empty() ? "" : ", ") + id;
    body_.Fail(
        BadRequest("An assistant message with 'tool_calls' must be followed by tool messages "
                   "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                   "response messages: " +
                       ids,
                   "messages", {}));
  }

  Fields& body_;
  ChatRequest& request_;
  std::string text_;
  std::set<std::string> unanswered_, known_;
};

}  // namespace

void ReadMessages(Fields& body, const Json& messages, ChatRequest& request) {
  if (messages.empty()) {
    body.Fail(
        BadRequest("Invalid 'messages': empty array. Expected an array with minimum length 1, "
                   "but got an empty array instead.",
                   "messages", "empty_array"));
    return;
  }
  Reader(body, request).Read(messages);
}

}  // namespace inferwire::simulator
