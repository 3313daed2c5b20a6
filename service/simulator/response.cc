#include "simulator/response.h"

#include "simulator/text.h"

namespace inferwire::simulator {

using Kind = OutputItem::Kind;

namespace {

std::string_view TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kReasoning:
      return "reasoning";
    case Kind::kFunction:
      return "function_call";
    case Kind::kCustom:
      return "custom_tool_call";
    default:
      return "message";
  }
}

OutputItem NewItem(Kind kind, Random& ids) {
  OutputItem item;
  item.kind = kind;
  item.id = NewItemId(TypeOf(kind), ids);
  return item;
}

void AddReasoning(const ResponseRequest& request, const Behavior& behavior, Random& ids,
                  StoredResponse& response) {
  const bool reasons = request.chat.model->kind == ModelKind::kReasoning || behavior.reasoning;
  if (!reasons || response.answer.reasoning_tokens == 0) return;
  OutputItem item = NewItem(Kind::kReasoning, ids);
  Random random(Hash("reasoning", request.chat.hash));
  if (request.reasoning_summary) {
    item.text = Sentences(random, std::min<int64_t>(24, response.answer.reasoning_tokens));
  }
  if (request.encrypted_reasoning) item.encrypted = "gAAAAA" + Letters(random, 250);
  response.output.push_back(std::move(item));
}

void AddChoice(const AnswerChoice& choice, Random& ids, StoredResponse& response) {
  const bool cut = choice.finish_reason == "length";
  for (const AnswerCall& call : choice.calls) {
    OutputItem item = NewItem(call.custom ? Kind::kCustom : Kind::kFunction, ids);
    item.text = call.arguments;
    item.call_id = call.id;
    item.name = call.name;
    item.cut = cut;
    response.output.push_back(std::move(item));
  }
  // Whose reasoning took the whole limit says nothing.
  if (!choice.calls.empty() || (cut && choice.text.empty())) return;
  OutputItem item = NewItem(choice.refusal ? Kind::kRefusal : Kind::kText, ids);
  item.text = choice.text;
  item.cut = cut;
  response.output.push_back(std::move(item));
}

void SetEnd(const ResponseRequest& request, const Behavior& behavior, StoredResponse& response) {
  const ResponseScript& script = behavior.response;
  response.error_event = !script.error_event.empty();
  const std::string& code = response.error_event ? script.error_event : script.fail;
  if (!code.empty()) {
    response.last = ResponseState::kFailed;
    response.error = ErrorOfCode(code, request.chat.answer_model);
    if (response.error_event) response.output.clear();
  } else if (response.answer.choices.front().finish_reason == "length") {
    response.last = ResponseState::kIncomplete;
  }
}

}  // namespace

std::string_view NameOf(ResponseState state) {
  constexpr std::string_view kNames[] = {"queued",     "in_progress", "completed",
                                         "incomplete", "failed",      "cancelled"};
  return kNames[static_cast<size_t>(state)];
}

bool IsFinal(ResponseState state) {
  return state != ResponseState::kQueued && state != ResponseState::kInProgress;
}

ResponseState StoredResponse::StateAt(WallTime now) const {
  if (!background) return last;
  if (cancelled) return ResponseState::kCancelled;
  if (now >= began + behavior.response.time) return last;
  return now < began + queue_time() ? ResponseState::kQueued : ResponseState::kInProgress;
}

std::optional<ApiError> AnswerResponse(const ResponseRequest& request, const Behavior& behavior,
                                       int64_t created_at, Random& ids, StoredResponse& response) {
  if (auto error = MakeAnswer(request.chat, behavior, created_at, response.answer)) return error;
  response.id = "resp_" + Letters(ids, 50);
  response.created_at = created_at;
  response.echo = request.echo;
  response.input = request.input;
  response.background = request.background;
  response.obfuscation = request.chat.obfuscation;
  response.behavior = behavior;
  AddReasoning(request, behavior, ids, response);
  AddChoice(response.answer.choices.front(), ids, response);
  SetEnd(request, behavior, response);
  response.answer.choices.clear();
  // What a following response reads of this one.
  response.context = request.context;
  std::optional<ApiError> fault;
  const Json none = Json::object();
  Fields fields(none, "", fault);
  Json items = Json::array();
  for (const OutputItem& item : response.output) {
    if (item.kind != Kind::kReasoning) items.push_back(ToJson(item, response, true));
  }
  std::vector<Json> unused;
  ItemReader(fields, "output", response.context, ids).Read(items, unused);
  return std::nullopt;
}

}  // namespace inferwire::simulator
