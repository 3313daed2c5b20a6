#include "wire/chunk_merge.h"

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace inferwire::wire {
namespace {

constexpr std::array<std::string_view, 5> kHead = {"id", "model", "created", "service_tier",
                                                   "system_fingerprint"};
constexpr std::array<std::string_view, 3> kTexts = {"content", "refusal", "reasoning_content"};

struct Call {
  std::string id, type, name, text;
};

struct Choice {
  std::string role, finish_reason;
  std::map<std::string_view, std::string> texts;
  std::map<long long, Call> calls;
  long long last_call = -1;
  bool in_parts = false;  // content came as a list
  JsonTree logprobs = JsonTree::Array();
};

void AddCall(const JsonTree& delta, Choice& choice) {
  const std::string& id = delta.At("id").text();
  // No index: a new id begins a call, everything else belongs to the last one.
  long long index = delta.At("index").Integer(-1);
  if (index < 0) {
    const bool begins =
        choice.last_call < 0 || (!id.empty() && choice.calls[choice.last_call].id != id);
    index = begins ? choice.last_call + 1 : choice.last_call;
  }
  choice.last_call = index;
  Call& call = choice.calls[index];
  if (!id.empty()) call.id = id;
  if (!delta.At("type").text().empty()) call.type = delta.At("type").text();
  for (const std::string_view kind : {"function", "custom"}) {
    const JsonTree& body = delta.At(kind);
    if (!body.At("name").text().empty()) call.name = body.At("name").text();
    for (const std::string_view text : {"arguments", "input"}) {
      if (body.At(text).is_string()) call.text += body.At(text).text();
    }
  }
}

void AddChoice(const JsonTree& piece, Choice& choice) {
  const JsonTree& delta = piece.At("delta");
  if (!delta.At("role").text().empty()) choice.role = delta.At("role").text();
  for (const std::string_view name : kTexts) {
    if (delta.At(name).is_string()) choice.texts[name] += delta.At(name).text();
  }
  choice.in_parts |= delta.At("content").is_array();
  for (const JsonTree& call : delta.At("tool_calls").items()) AddCall(call, choice);
  for (const JsonTree& token : piece.At("logprobs").At("content").items()) {
    choice.logprobs.items().push_back(token);
  }
  const JsonTree& reason = piece.At("finish_reason");
  if (reason.is_string() && !reason.text().empty()) choice.finish_reason = reason.text();
}

void SetText(std::string_view name, const std::string& text, JsonTree& object) {
  if (!text.empty()) object.Set(name, JsonTree::String(text));
}

JsonTree Finished(long long index, const Choice& choice) {
  JsonTree message = JsonTree::Object();
  // Some never say whose message it is.
  SetText("role", choice.role.empty() ? "assistant" : choice.role, message);
  for (const auto& [name, text] : choice.texts) {
    if (name != "content" || !choice.in_parts) SetText(name, text, message);
  }
  JsonTree calls = JsonTree::Array();
  for (const auto& [number, call] : choice.calls) {
    JsonTree body = JsonTree::Object();
    SetText("name", call.name, body);
    SetText(call.type == "custom" ? "input" : "arguments", call.text, body);
    JsonTree whole = JsonTree::Object();
    SetText("id", call.id, whole);
    whole.Set(call.type == "custom" ? "custom" : "function", std::move(body));
    calls.items().push_back(std::move(whole));
  }
  message.Set("tool_calls", std::move(calls));
  JsonTree finished = JsonTree::Object();
  finished.Set("index", *JsonTree::Parse(std::to_string(index)));
  finished.Set("message", std::move(message));
  JsonTree logprobs = JsonTree::Object();
  logprobs.Set("content", choice.logprobs);
  finished.Set("logprobs", std::move(logprobs));
  SetText("finish_reason", choice.finish_reason, finished);
  return finished;
}

bool Says(const JsonTree& value) { return !value.is_empty() && value.text() != "0"; }

// What of a message has a field of its own; empty texts are left out.
JsonTree TypedMessage(const JsonTree& message) {
  JsonTree typed = JsonTree::Object();
  SetText("role", message.At("role").text(), typed);
  for (const std::string_view name : kTexts) SetText(name, message.At(name).text(), typed);
  JsonTree calls = JsonTree::Array();
  for (const JsonTree& call : message.At("tool_calls").items()) {
    const bool custom = call.Has("custom");
    const JsonTree& body = call.At(custom ? "custom" : "function");
    JsonTree typed_body = JsonTree::Object();
    SetText("name", body.At("name").text(), typed_body);
    const std::string_view text = custom ? "input" : "arguments";
    SetText(text, body.At(text).text(), typed_body);
    JsonTree whole = JsonTree::Object();
    SetText("id", call.At("id").text(), whole);
    whole.Set(custom ? "custom" : "function", std::move(typed_body));
    calls.items().push_back(std::move(whole));
  }
  typed.Set("tool_calls", std::move(calls));
  return typed;
}

}  // namespace

JsonTree MergeChunks(const std::vector<JsonTree>& chunks) {
  JsonTree completion = JsonTree::Object();
  std::map<long long, Choice> choices;
  for (const JsonTree& chunk : chunks) {
    for (const std::string_view name : kHead) {
      const JsonTree& value = chunk.At(name);
      if (Says(value) && !completion.Has(name)) completion.Set(name, value);
    }
    if (chunk.At("usage").is_object()) completion.Set("usage", chunk.At("usage"));
    for (const JsonTree& choice : chunk.At("choices").items()) {
      AddChoice(choice, choices[choice.At("index").Integer(0)]);
    }
  }
  JsonTree list = JsonTree::Array();
  for (const auto& [index, choice] : choices) list.items().push_back(Finished(index, choice));
  completion.Set("choices", std::move(list));
  return completion;
}

JsonTree TypedMembers(const JsonTree& completion) {
  JsonTree typed = JsonTree::Object();
  for (const std::string_view name : kHead) {
    if (Says(completion.At(name))) typed.Set(name, completion.At(name));
  }
  if (completion.At("usage").is_object()) typed.Set("usage", completion.At("usage"));
  JsonTree list = JsonTree::Array();
  for (const JsonTree& choice : completion.At("choices").items()) {
    JsonTree one = JsonTree::Object();
    one.Set("index", choice.At("index"));
    one.Set("message", TypedMessage(choice.At("message")));
    one.Set("logprobs", choice.At("logprobs").At("content"));
    SetText("finish_reason", choice.At("finish_reason").text(), one);
    list.items().push_back(std::move(one));
  }
  typed.Set("choices", std::move(list));
  return typed;
}

}  // namespace inferwire::wire
