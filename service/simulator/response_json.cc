// How a response and its items look.
#include "simulator/response.h"

namespace inferwire::simulator {

using Kind = OutputItem::Kind;

Json PartJson(const OutputItem& item, const StoredResponse& response, bool done) {
  const std::string text = done ? item.text : "";
  switch (item.kind) {
    case Kind::kReasoning:
      return {{"type", "summary_text"}, {"text", text}};
    case Kind::kRefusal:
      return {{"type", "refusal"}, {"refusal", text}};
    default:
      break;
  }
  Json logprobs = Json::array();
  const ChatAnswer& answer = response.answer;
  if (answer.logprobs && done) {
    logprobs = LogprobsJson(text, false, answer.top_logprobs, answer.hash)["content"];
  }
  return {{"type", "output_text"},
          {"annotations", Json::array()},
          {"logprobs", std::move(logprobs)},
          {"text", text}};
}

Json ToJson(const OutputItem& item, const StoredResponse& response, bool done) {
  const char* status = !done ? "in_progress" : item.cut ? "incomplete" : "completed";
  Json json = {{"id", item.id}};
  switch (item.kind) {
    case Kind::kReasoning:
      json["type"] = "reasoning";
      json["summary"] = Json::array();
      if (done && !item.text.empty()) json["summary"].push_back(PartJson(item, response, true));
      if (!item.encrypted.empty()) json["encrypted_content"] = item.encrypted;
      return json;
    case Kind::kFunction:
    case Kind::kCustom: {
      const bool custom = item.kind == Kind::kCustom;
      json["type"] = custom ? "custom_tool_call" : "function_call";
      json["status"] = status;
      json[custom ? "input" : "arguments"] = done ? item.text : "";
      json["call_id"] = item.call_id;
      json["name"] = item.name;
      return json;
    }
    case Kind::kText:
    case Kind::kRefusal:
      json["type"] = "message";
      json["status"] = status;
      json["content"] = Json::array();
      if (done) json["content"].push_back(PartJson(item, response, true));
      json["role"] = "assistant";
      return json;
  }
  return json;
}

Json ResponseUsage(const ChatAnswer& answer) {
  return {{"input_tokens", answer.prompt_tokens},
          {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
          {"output_tokens", answer.completion_tokens},
          {"output_tokens_details", {{"reasoning_tokens", answer.reasoning_tokens}}},
          {"total_tokens", answer.prompt_tokens + answer.completion_tokens}};
}

Json ToJson(const StoredResponse& response, ResponseState state) {
  const bool over = IsFinal(state) && state != ResponseState::kCancelled;
  Json error = nullptr, incomplete = nullptr, completed_at = nullptr;
  if (state == ResponseState::kFailed && response.error) {
    error = {{"code", response.error->code.value_or("server_error")},
             {"message", response.error->message}};
  }
  if (state == ResponseState::kIncomplete) incomplete = {{"reason", "max_output_tokens"}};
  if (state == ResponseState::kCompleted) {
    const auto took =
        response.background ? response.behavior.response.time : std::chrono::milliseconds(0);
    completed_at =
        response.created_at + std::chrono::duration_cast<std::chrono::seconds>(took).count();
  }
  Json json = {{"id", response.id},
               {"object", "response"},
               {"created_at", response.created_at},
               {"status", NameOf(state)},
               {"background", response.background},
               {"completed_at", completed_at},
               {"error", error},
               {"frequency_penalty", 0.0},
               {"incomplete_details", incomplete}};
  json.update(response.echo);
  if (!over) return json;
  for (const OutputItem& item : response.output) {
    json["output"].push_back(ToJson(item, response, true));
  }
  if (!response.behavior.no_usage && !response.error_event) {
    json["usage"] = ResponseUsage(response.answer);
  }
  return json;
}

}  // namespace inferwire::simulator
