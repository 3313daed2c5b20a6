#include "endpoints/typed/run_events.h"

#include <utility>

#include "codec/decode.h"
#include "codec/encode.h"
#include "openai/error.h"
#include "openai/error_table.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Message;

// What of an event its name says is its data. Null: what is not known, and stays as it is.
Message* DataOf(v1::RunEvent& event) {
  const std::string_view name = event.name();
  if (name == "thread.created") return event.mutable_thread();
  if (name == "thread.message.delta") return event.mutable_message_delta();
  if (name.starts_with("thread.message.")) return event.mutable_message();
  if (name == "thread.run.step.delta") return nullptr;
  if (name.starts_with("thread.run.step.")) return event.mutable_step();
  if (name.starts_with("thread.run.")) return event.mutable_run();
  return nullptr;
}

bool IsLast(v1::RunStatus status) {
  switch (status) {
    case v1::RUN_STATUS_COMPLETED:
    case v1::RUN_STATUS_INCOMPLETE:
    case v1::RUN_STATUS_FAILED:
    case v1::RUN_STATUS_CANCELLED:
    case v1::RUN_STATUS_EXPIRED:
    case v1::RUN_STATUS_REQUIRES_ACTION:
      return true;
    default:
      return false;
  }
}

bool IsFailure(v1::RunStatus status) {
  return status == v1::RUN_STATUS_FAILED || status == v1::RUN_STATUS_EXPIRED;
}

// The event that tells of a run in this state.
std::string NameOf(v1::RunStatus status) {
  constexpr std::string_view kPrefix = "RUN_STATUS_";
  std::string name = "thread.run.";
  for (const char c : v1::RunStatus_Name(status).substr(kPrefix.size())) {
    name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return name;
}

}  // namespace

void RunEvents::SendValidated() {
  v1::StreamRunResponse message;
  FillGateway(*message.mutable_completed()->mutable_gateway());
  observer_.OnMessage(message);
}

void RunEvents::SendStarted(v1::GatewayInfo gateway) {
  v1::StreamRunResponse message;
  message.mutable_started()->mutable_gateway()->Swap(&gateway);
  observer_.OnMessage(message);
}

void RunEvents::TakeEvent(const http::SseParser::Event& event, std::string_view data) {
  if (seen_.ended) return;
  if (event.event == "error") {
    bill_.SeeRefusal();
    auto error = ErrorIn(event);
    DescribeCut(*error);
    return Stop(std::move(error));
  }
  if (data.front() != '{') return SkipEvent(data);
  v1::StreamRunResponse message;
  v1::RunEvent& read = *message.mutable_run_event();
  read.set_name(std::string(event.event));
  if (!Read(data, read)) return;
  if (read.has_thread()) stats_.made_id = seen_.thread_id = read.thread().thread_id();
  if (read.has_run()) TakeRun(read.run(), data);
  const bool output = read.has_message_delta();
  if (output) bill_.CountOutput(data.size());
  Send(message, output);
  if (stopped() || !seen_.ended) return;
  if (IsFailure(seen_.run.status())) return Stop(RunFailed());
  AwaitEnd();
}

bool RunEvents::Read(std::string_view json, v1::RunEvent& event) {
  Message* const data = DataOf(event);
  if (data == nullptr) {
    event.set_raw_json(std::string(json));
    return true;
  }
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(json, *data, runtime_.limits.json, &stats); !decoded) {
    StopUnreadableEvent(decoded.error());
    return false;
  }
  if (stats.unknown_members > 0) operation_metrics_.UnknownFields(stats.unknown_members);
  return true;
}

void RunEvents::TakeRun(const v1::AssistantRun& run, std::string_view json) {
  seen_.run = run;
  if (!run.thread_id().empty()) seen_.thread_id = run.thread_id();
  if (stats_.made_id.empty()) stats_.made_id = seen_.thread_id;
  if (!IsLast(run.status())) return;
  seen_.ended = true;
  bill_.SeeJson(json);
}

// A server that knows no streams of runs answers with the run, which goes on by itself.
bool RunEvents::TakeWhole(const std::string& json) {
  v1::StreamRunResponse message;
  v1::RunEvent& event = *message.mutable_run_event();
  codec::DecodeStats stats;
  if (auto read = codec::FromJson(json, *event.mutable_run(), runtime_.limits.json, &stats);
      !read) {
    StopUnreadable(read.error());
    return false;
  }
  if (event.run().run_id().empty()) return false;
  event.set_name(NameOf(event.run().status()));
  TakeRun(event.run(), json);
  Send(message, /*output=*/false);
  if (!seen_.ended) {
    Error cut = openai::Truncated("the upstream gave no events of the run, which goes on",
                                  upstream_call_.attempt());
    DescribeCut(cut);
    Stop(std::move(cut));
  } else if (IsFailure(seen_.run.status())) {
    Stop(RunFailed());
  }
  return true;
}

bool RunEvents::ProperlyEnded() const { return seen_.ended && !IsFailure(seen_.run.status()); }

Error RunEvents::RunFailed() const {
  std::string body = "{\"error\":";
  const bool expired = seen_.run.status() == v1::RUN_STATUS_EXPIRED;
  Error error = openai::ErrorOf(v1::ERROR_REASON_RESPONSE_FAILED,
                                expired ? "the run expired" : "the run failed");
  if (seen_.run.has_last_error() && codec::AppendJson(seen_.run.last_error(), body)) {
    Error said = openai::FromErrorEvent(body + "}", upstream_call_.headers(),
                                        upstream_call_.attempt(), WallNow());
    // What only says that something went wrong there says less than this.
    const bool says_less = said.reason == v1::ERROR_REASON_UPSTREAM_ERROR ||
                           said.reason == v1::ERROR_REASON_STREAM_TRUNCATED;
    if (says_less) {
      said.reason = error.reason;
      said.code = error.code;
    }
    error = std::move(said);
  }
  DescribeCut(error);
  return error;
}

// What it takes to watch the run, which may go on.
void RunEvents::DescribeCut(Error& error) const {
  if (!seen_.thread_id.empty()) error.metadata["thread_id"] = seen_.thread_id;
  if (!seen_.run.run_id().empty()) error.metadata["run_id"] = seen_.run.run_id();
}

void RunEvents::SendCompleted() {
  v1::StreamRunResponse message;
  v1::StreamRunCompleted& completed = *message.mutable_completed();
  completed.mutable_run()->Swap(&seen_.run);
  FillGateway(*completed.mutable_gateway());
  observer_.OnMessage(message);
}

}  // namespace inferwire::endpoints
