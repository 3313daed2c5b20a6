#include "simulator/runs.h"

#include "simulator/metadata.h"
#include "simulator/paging.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualPage = 20, kMaxPage = 100;

}  // namespace

Runs::Runs(Backend& backend, const Assistants& assistants, Threads& threads)
    : backend_(backend), assistants_(assistants), threads_(threads) {}

void Runs::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       void (Runs::*serve)(Call&)) {
    routes.Add({method, path, body, [this, serve](Call& call) {
                  if (HasBetaHeader(call)) (this->*serve)(call);
                }});
  };
  add("POST", "/v1/threads/runs", kObject, &Runs::CreateWithThread);
  add("POST", "/v1/threads/*/runs", kObject, &Runs::Create);
  add("GET", "/v1/threads/*/runs", kNone, &Runs::List);
  routes.Add({"GET", "/v1/threads/*/runs/*", kNone, [this](Call& call) {
                if (!HasBetaHeader(call)) return;
                if (const auto found = Find(call); found.run) call.Give(ToJson(*found.run));
              }});
  add("POST", "/v1/threads/*/runs/*", kObject, &Runs::Update);
  add("POST", "/v1/threads/*/runs/*/cancel", kMaybeObject, &Runs::Cancel);
  add("POST", "/v1/threads/*/runs/*/submit_tool_outputs", kObject, &Runs::SubmitOutputs);
  add("GET", "/v1/threads/*/runs/*/steps", kNone, &Runs::ListSteps);
  add("GET", "/v1/threads/*/runs/*/steps/*", kNone, &Runs::GetStep);
}

Runs::Found Runs::Find(Call& call) {
  Found found{threads_.Find(call), nullptr};
  if (!found.thread) return found;
  for (const auto& run : found.thread->runs) {
    if (run->id == call.id(1)) found.run = run;
  }
  if (!found.run) {
    call.Fail(NotFound("No run found with id '" + std::string(call.id(1)) + "'."));
  }
  return found;
}

void Runs::Create(Call& call) {
  const auto thread = threads_.Find(call);
  if (!thread) return;
  if (const auto active = ActiveRun(*thread)) {
    return call.Fail(BadRequest(
        "Thread " + thread->id + " already has an active run " + active->id + ".", {}, {}));
  }
  if (call.body.contains("additional_messages") && call.body["additional_messages"].is_array()) {
    auto error =
        threads_.AddMessages(call.body["additional_messages"], "additional_messages", *thread);
    if (error) return call.Fail(std::move(*error));
  }
  Start(call, thread, RunStream::Begin::kRun);
}

void Runs::CreateWithThread(Call& call) {
  const Json none = Json::object();
  const bool given = call.body.contains("thread") && call.body["thread"].is_object();
  // Nothing is made for an assistant that is not there.
  const std::string assistant = StringMember(call.body, "assistant_id");
  if (!assistant.empty() && !assistants_.Find(assistant)) {
    return call.Fail(Assistants::NotFound(assistant));
  }
  std::shared_ptr<StoredThread> thread;
  if (auto error = threads_.Make(given ? call.body["thread"] : none, thread)) {
    return call.Fail(std::move(*error));
  }
  Start(call, thread, RunStream::Begin::kThread);
}

void Runs::Start(Call& call, const std::shared_ptr<StoredThread>& thread, RunStream::Begin begin) {
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  const std::string assistant_id = fields.RequiredString("assistant_id");
  if (fault) return call.Fail(std::move(*fault));
  const auto assistant = assistants_.Find(assistant_id);
  if (!assistant) return call.Fail(Assistants::NotFound(assistant_id));
  auto run = std::make_shared<Run>();
  auto error = ReadRun(call.body, assistant->json, thread->messages, backend_.chat_options(), *run);
  if (error) return call.Fail(std::move(*error));
  run->id = "run_" + Letters(thread->ids, 24);
  run->thread_id = thread->id;
  run->behavior = call.answer.behavior;
  run->created = backend_.clock.Now();
  const size_t runs = thread->runs.size();
  Answer(call, *thread, run, begin);
  // Kept if it could be answered.
  if (call.answer.status < 400 && thread->runs.size() == runs) thread->runs.push_back(run);
  threads_.Resize(*thread);
}

// The run begins to answer. A stream shows the answer as it comes, and the thread has it already.
void Runs::Answer(Call& call, StoredThread& thread, const std::shared_ptr<Run>& run,
                  RunStream::Begin begin) {
  if (auto error = AnswerRun(backend_.chat_options(), backend_.Created(), *run)) {
    return call.Fail(std::move(*error));
  }
  const ChatAnswer& answer = run->answer;
  const auto model = run->echo["model"].get<std::string>();
  if (!backend_.Limit(call, model, answer.prompt_tokens)) return;
  const bool stream = call.body.contains("stream") && call.body["stream"] == true;
  backend_.stats.Count(model, {1, stream ? 1u : 0u, static_cast<uint64_t>(answer.prompt_tokens),
                               static_cast<uint64_t>(answer.completion_tokens)});
  run->began = backend_.clock.Now();
  run->state = RunState::kQueued;
  run->time = stream ? std::chrono::milliseconds(0) : run->behavior.response.time;
  if (!stream) return call.Give(ToJson(*run));
  const size_t steps = run->steps.size();
  if (begin != RunStream::Begin::kOutputs) thread.runs.push_back(run);
  AdvanceRuns(backend_, thread);
  const bool message = run->steps.size() > steps && run->steps.back().calls.empty();
  call.Stream(std::make_unique<RunStream>(*run, steps, thread.json,
                                          message ? thread.messages.back() : Json(), begin,
                                          call.answer.behavior));
}

void Runs::List(Call& call) {
  const auto thread = threads_.Find(call);
  if (!thread) return;
  Page page;
  if (auto error = ReadPage(call.request.path, kUsualPage, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  call.answer.body = ListBody(
      thread->runs, page, [](const Run&) { return true; },
      [](const Run& run) { return ToJson(run); });
  call.Settle(std::nullopt);
}

void Runs::Update(Call& call) {
  const auto found = Find(call);
  if (!found.run) return;
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  const Json metadata = ReadMetadata(fields);
  if (fault) return call.Fail(std::move(*fault));
  if (!metadata.is_null()) found.run->echo["metadata"] = metadata;
  call.Give(ToJson(*found.run));
}

void Runs::Cancel(Call& call) {
  const auto found = Find(call);
  if (!found.run) return;
  if (IsFinal(found.run->state)) {
    return call.Fail(BadRequest(
        "Cannot cancel run with status '" + std::string(NameOf(found.run->state)) + "'.", {}, {}));
  }
  found.run->state = RunState::kCancelled;
  found.run->ended = backend_.clock.Now();
  Json json = ToJson(*found.run);
  // The real API is not that fast; the next look sees the end.
  json["status"] = "cancelling";
  json["cancelled_at"] = nullptr;
  call.Give(json);
}

void Runs::SubmitOutputs(Call& call) {
  const auto found = Find(call);
  if (!found.run) return;
  Run& run = *found.run;
  if (run.state != RunState::kRequiresAction) {
    return call.Fail(BadRequest(
        "Runs in status \"" + std::string(NameOf(run.state)) + "\" do not accept tool outputs.", {},
        {}));
  }
  if (auto error = TakeOutputs(call.body, run)) return call.Fail(std::move(*error));
  run.steps.back().completed_at = UnixSeconds(backend_.clock.Now());
  Answer(call, *found.thread, found.run, RunStream::Begin::kOutputs);
  threads_.Resize(*found.thread);
}

void Runs::ListSteps(Call& call) {
  const auto found = Find(call);
  if (!found.run) return;
  Page page;
  if (auto error = ReadPage(call.request.path, kUsualPage, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  std::vector<Json> steps;
  for (const RunStep& step : found.run->steps) steps.push_back(ToJson(step, *found.run));
  call.answer.body = JsonListBody(steps, page);
  call.Settle(std::nullopt);
}

void Runs::GetStep(Call& call) {
  const auto found = Find(call);
  if (!found.run) return;
  for (const RunStep& step : found.run->steps) {
    if (step.id == call.id(2)) return call.Give(ToJson(step, *found.run));
  }
  call.Fail(NotFound("No run step found with id '" + std::string(call.id(2)) + "'."));
}

}  // namespace inferwire::simulator
