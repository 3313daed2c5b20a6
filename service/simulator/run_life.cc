// What time makes of the runs of a thread.
#include <algorithm>

#include "simulator/text.h"
#include "simulator/threads.h"

namespace inferwire::simulator {
namespace {

void End(Run& run, RunState state, WallTime at) {
  run.state = state;
  run.ended = at;
}

void CountTokens(Run& run, RunStep& step) {
  step.prompt_tokens = run.answer.prompt_tokens;
  step.completion_tokens = run.answer.completion_tokens;
  run.prompt_tokens += step.prompt_tokens;
  run.completion_tokens += step.completion_tokens;
}

// The answer is ready: a message, or calls that somebody has to make.
void FinishAnswer(Run& run, StoredThread& thread, WallTime at) {
  if (!run.behavior.response.fail.empty()) {
    run.error = ErrorOfCode(run.behavior.response.fail, run.answer.model);
    return End(run, RunState::kFailed, at);
  }
  RunStep step;
  step.id = "step_" + Letters(thread.ids, 24);
  step.created_at = UnixSeconds(at);
  CountTokens(run, step);
  const AnswerChoice& choice = run.choice();
  if (!choice.calls.empty()) {
    step.calls = choice.calls;
    run.steps.push_back(std::move(step));
    run.state = RunState::kRequiresAction;
    return;
  }
  Json message = MessageJson("msg_" + Letters(thread.ids, 24), thread.id, UnixSeconds(at),
                             "assistant", TextContent(choice.text));
  message["assistant_id"] = run.assistant_id;
  message["run_id"] = run.id;
  step.message_id = message["id"];
  step.completed_at = UnixSeconds(at);
  thread.messages.push_back(std::move(message));
  run.steps.push_back(std::move(step));
  const bool cut = choice.finish_reason == "length";
  End(run, cut ? RunState::kIncomplete : RunState::kCompleted, at);
}

void Advance(Run& run, StoredThread& thread, WallTime now) {
  const WallTime expires = run.created + kRunLife;
  const WallTime ready = run.began + run.time;
  if (run.state == RunState::kQueued && now >= run.began + run.time / 10) {
    run.state = RunState::kInProgress;
  }
  if (run.state == RunState::kInProgress && ready <= expires && now >= ready) {
    FinishAnswer(run, thread, ready);
  }
  if (!IsFinal(run.state) && now >= expires) End(run, RunState::kExpired, expires);
}

}  // namespace

void AdvanceRuns(const Backend& backend, StoredThread& thread) {
  const WallTime now = backend.clock.Now();
  for (const auto& run : thread.runs) {
    if (!IsFinal(run->state)) Advance(*run, thread, now);
  }
}

std::shared_ptr<Run> ActiveRun(const StoredThread& thread) {
  const auto found = std::find_if(thread.runs.begin(), thread.runs.end(),
                                  [](const auto& run) { return !IsFinal(run->state); });
  return found == thread.runs.end() ? nullptr : *found;
}

}  // namespace inferwire::simulator
