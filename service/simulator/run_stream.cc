#include "simulator/run_stream.h"

namespace inferwire::simulator {
namespace {

Json As(Run run, RunState state) {
  run.state = state;
  run.ended.reset();
  return ToJson(run);
}

Json InProgress(RunStep step, const Run& run) {
  step.completed_at = 0;
  step.outputs.clear();
  Run earlier = run;
  earlier.state = RunState::kInProgress;
  return ToJson(step, earlier);
}

}  // namespace

RunStream::RunStream(const Run& run, size_t first_step, const Json& thread, const Json& message,
                     Begin begin, const Behavior& behavior)
    : SseStream(behavior, run.answer.hash), model_(run.answer.model) {
  AddBegin(run, first_step, thread, begin);
  if (first_step < run.steps.size()) {
    const RunStep& step = run.steps.back();
    if (step.calls.empty()) {
      AddMessage(run, step, message);
    } else {
      AddCalls(run, step);
    }
  }
  if (behavior.truncate == Truncate::kNone) {
    const std::string name = "thread.run." + std::string(NameOf(run.state));
    Add(after_, name.c_str(), ToJson(run));
  }
}

void RunStream::Add(std::deque<Data>& events, const char* name, const Json& json) const {
  Data data;
  data.name = name;
  data.json = Dump(json);
  events.push_back(std::move(data));
}

void RunStream::AddBegin(const Run& run, size_t first_step, const Json& thread, Begin begin) {
  if (begin == Begin::kThread) Add(before_, "thread.created", thread);
  if (begin == Begin::kOutputs) {
    Add(before_, "thread.run.step.completed", ToJson(run.steps[first_step - 1], run));
  } else {
    Add(before_, "thread.run.created", As(run, RunState::kQueued));
  }
  Add(before_, "thread.run.queued", As(run, RunState::kQueued));
  Add(before_, "thread.run.in_progress", As(run, RunState::kInProgress));
}

void RunStream::AddMessage(const Run& run, const RunStep& step, const Json& message) {
  const Json started = InProgress(step, run);
  Add(before_, "thread.run.step.created", started);
  Add(before_, "thread.run.step.in_progress", started);
  Json empty = message;
  empty["content"] = Json::array();
  empty["status"] = "in_progress";
  Add(before_, "thread.message.created", empty);
  Add(before_, "thread.message.in_progress", empty);
  message_id_ = step.message_id;
  text_ = run.choice().text;
  Json whole = message;
  whole["status"] = run.state == RunState::kIncomplete ? "incomplete" : "completed";
  const std::string name = "thread.message." + whole["status"].get<std::string>();
  Add(after_, name.c_str(), whole);
  Add(after_, "thread.run.step.completed", ToJson(step, run));
}

void RunStream::AddCalls(const Run& run, const RunStep& step) {
  const Json started = InProgress(step, run);
  Add(before_, "thread.run.step.created", started);
  Add(before_, "thread.run.step.in_progress", started);
  const auto delta = [&](size_t index, Json call) {
    call["index"] = index;
    Add(before_, "thread.run.step.delta",
        {{"id", step.id},
         {"object", "thread.run.step.delta"},
         {"delta",
          {{"step_details",
            {{"type", "tool_calls"}, {"tool_calls", Json::array({std::move(call)})}}}}}});
  };
  for (size_t i = 0; i < step.calls.size(); ++i) {
    const AnswerCall& call = step.calls[i];
    delta(i, {{"id", call.id},
              {"type", "function"},
              {"function", {{"name", call.name}, {"arguments", ""}, {"output", nullptr}}}});
    for (std::string_view rest = call.arguments; !rest.empty();) {
      const std::string_view piece = rest.substr(0, PieceOf(rest));
      rest.remove_prefix(piece.size());
      delta(i, {{"type", "function"}, {"function", {{"arguments", piece}}}});
      before_.back().paced = true;
    }
  }
}

bool RunStream::NextData(Data& data) {
  std::deque<Data>& events = before_.empty() ? after_ : before_;
  if (before_.empty() && sent_ < text_.size()) {
    Delta(data);
    return true;
  }
  if (events.empty()) return false;
  data = std::move(events.front());
  events.pop_front();
  return true;
}

void RunStream::Delta(Data& data) {
  const std::string_view rest = std::string_view(text_).substr(sent_);
  const std::string_view piece = rest.substr(0, PieceOf(rest));
  Json text = {{"value", piece}};
  if (sent_ == 0) text["annotations"] = Json::array();
  sent_ += piece.size();
  data.paced = true;
  data.name = "thread.message.delta";
  data.json =
      Dump({{"id", message_id_},
            {"object", "thread.message.delta"},
            {"delta",
             {{"content",
               Json::array({{{"index", 0}, {"type", "text"}, {"text", std::move(text)}}})}}}});
}

SseStream::Data RunStream::ErrorEvent(const ApiError& error) {
  Data data = SseStream::ErrorEvent(error);
  data.name = "error";
  return data;
}

}  // namespace inferwire::simulator
