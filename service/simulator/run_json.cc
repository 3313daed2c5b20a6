// How runs, their steps and messages look.
#include "simulator/run.h"

namespace inferwire::simulator {
namespace {

Json CallsJson(const RunStep& step, bool with_output) {
  Json calls = Json::array();
  for (size_t i = 0; i < step.calls.size(); ++i) {
    const AnswerCall& call = step.calls[i];
    Json function = {{"name", call.name}, {"arguments", call.arguments}};
    if (with_output) {
      function["output"] = i < step.outputs.size() ? Json(step.outputs[i]) : Json(nullptr);
    }
    calls.push_back({{"id", call.id}, {"type", "function"}, {"function", std::move(function)}});
  }
  return calls;
}

Json Usage(int64_t prompt, int64_t completion) {
  return {{"prompt_tokens", prompt},
          {"completion_tokens", completion},
          {"total_tokens", prompt + completion}};
}

}  // namespace

std::string_view NameOf(RunState state) {
  constexpr std::string_view kNames[] = {"queued", "in_progress", "requires_action", "cancelled",
                                         "failed", "completed",   "incomplete",      "expired"};
  return kNames[static_cast<size_t>(state)];
}

bool IsFinal(RunState state) {
  return state != RunState::kQueued && state != RunState::kInProgress &&
         state != RunState::kRequiresAction;
}

Json ToJson(const Run& run) {
  const auto ended_as = [&](RunState state) {
    return run.state == state && run.ended ? Json(UnixSeconds(*run.ended)) : Json(nullptr);
  };
  Json action = nullptr, error = nullptr, incomplete = nullptr, usage = nullptr;
  if (run.state == RunState::kRequiresAction) {
    action = {{"type", "submit_tool_outputs"},
              {"submit_tool_outputs", {{"tool_calls", CallsJson(run.steps.back(), false)}}}};
  }
  if (run.state == RunState::kFailed && run.error) {
    error = {{"code", run.error->code.value_or("server_error")}, {"message", run.error->message}};
  }
  if (run.state == RunState::kIncomplete) incomplete = {{"reason", "max_completion_tokens"}};
  if (IsFinal(run.state) && !run.behavior.no_usage) {
    usage = Usage(run.prompt_tokens, run.completion_tokens);
  }
  const bool over = IsFinal(run.state);
  Json json = {{"id", run.id},
               {"object", "thread.run"},
               {"created_at", UnixSeconds(run.created)},
               {"assistant_id", run.assistant_id},
               {"thread_id", run.thread_id},
               {"status", NameOf(run.state)},
               {"started_at", run.state == RunState::kQueued
                                  ? Json(nullptr)
                                  : Json(UnixSeconds(run.created + run.time / 10))},
               {"expires_at", over ? Json(nullptr) : Json(UnixSeconds(run.created + kRunLife))},
               {"cancelled_at", ended_as(RunState::kCancelled)},
               {"failed_at", ended_as(RunState::kFailed)},
               {"completed_at", ended_as(RunState::kCompleted)},
               {"required_action", std::move(action)},
               {"last_error", std::move(error)},
               {"incomplete_details", std::move(incomplete)},
               {"usage", std::move(usage)}};
  json.update(run.echo);
  return json;
}

Json ToJson(const RunStep& step, const Run& run) {
  const bool done = step.completed_at != 0;
  const bool calls = !step.calls.empty();
  Json details;
  if (calls) {
    details = {{"type", "tool_calls"}, {"tool_calls", CallsJson(step, true)}};
  } else {
    details = {{"type", "message_creation"},
               {"message_creation", {{"message_id", step.message_id}}}};
  }
  std::string_view status = done ? "completed" : "in_progress";
  if (!done && IsFinal(run.state)) status = NameOf(run.state);
  return {{"id", step.id},
          {"object", "thread.run.step"},
          {"created_at", step.created_at},
          {"run_id", run.id},
          {"assistant_id", run.assistant_id},
          {"thread_id", run.thread_id},
          {"type", calls ? "tool_calls" : "message_creation"},
          {"status", status},
          {"cancelled_at", nullptr},
          {"completed_at", done ? Json(step.completed_at) : Json(nullptr)},
          {"expired_at", nullptr},
          {"failed_at", nullptr},
          {"last_error", nullptr},
          {"step_details", std::move(details)},
          {"usage", done ? Usage(step.prompt_tokens, step.completion_tokens) : Json(nullptr)}};
}

Json TextContent(std::string_view text) {
  return Json::array(
      {{{"type", "text"}, {"text", {{"value", text}, {"annotations", Json::array()}}}}});
}

Json MessageJson(std::string_view id, std::string_view thread, int64_t created_at,
                 std::string_view role, Json content) {
  return {{"id", id},
          {"object", "thread.message"},
          {"created_at", created_at},
          {"assistant_id", nullptr},
          {"thread_id", thread},
          {"run_id", nullptr},
          {"status", "completed"},
          {"incomplete_details", nullptr},
          {"completed_at", created_at},
          {"incomplete_at", nullptr},
          {"role", role},
          {"content", std::move(content)},
          {"attachments", Json::array()},
          {"metadata", Json::object()}};
}

}  // namespace inferwire::simulator
