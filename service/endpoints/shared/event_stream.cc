#include "endpoints/shared/event_stream.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "openai/end_mark.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

// How long an upstream may go on after its last event, or not end its answer. Usually the end is on
// the way, and the connection can be used again.
constexpr std::chrono::seconds kEndAfterDone{1};
// Of an event that was skipped, for the error of a stream that then ends without an answer.
constexpr size_t kMaxOdd = 200;

}  // namespace

EventStream::EventStream(ModelPlan plan, std::optional<Duration> heartbeat,
                         StreamHeartbeat::Send beat, const upstream::Runtime& runtime,
                         const gateway::CallContext& context,
                         gateway::Operation::Observer& observer, LongEvents events)
    : ModelOperation(std::move(plan), runtime, context, observer),
      long_events_(events),
      heartbeat_(runtime.timers, heartbeat, observer, beat),
      end_timer_(runtime.timers, [this] { OnAwaited(); }),
      more_timer_(runtime.timers, [this] { upstream_call_.Resume(); }) {
  answer_.emplace(runtime.limits.event_bytes, long_events_);
}

void EventStream::ForgetAnswer() {
  answer_.emplace(runtime_.limits.event_bytes, long_events_);
  stopped_ = held_back_ = false;
  ForgetEvents();
}

// Its timers are not those of the attempt that follows.
void EventStream::OnAttemptFailed(const Error& error) {
  StopTimers();
  ModelOperation::OnAttemptFailed(error);
}

bool EventStream::OnBody(std::string_view bytes) {
  held_back_ = observer_.Full();
  if (held_back_) return false;
  if (answer_->done) return true;
  bytes.remove_prefix(std::min(answer_->fed, bytes.size()));
  const size_t size = bytes.size();
  if (answer_->front.form() == Form::kUnknown && answer_->front.See(bytes) == Form::kUnknown) {
    return true;
  }
  if (answer_->front.form() == Form::kOnePiece) {
    answer_->fed += size - bytes.size();
    return TakeOfWhole(bytes);
  }
  answer_->events.Feed(bytes);
  TakeEvents();
  if (answer_->events_seen == 0) answer_->front.Keep(bytes);
  return true;
}

bool EventStream::TakeOfWhole(std::string_view bytes) {
  const size_t size = bytes.size();
  const auto good = FeedWhole(bytes);
  if (!good && !stopped_) StopUnreadable(good.error());
  if (stopped_ || bytes.empty()) {
    answer_->fed = 0;
    return true;
  }
  answer_->fed += size - bytes.size();
  held_back_ = observer_.Full();
  if (!held_back_) more_timer_.SetBackground();
  return false;
}

Result<void> EventStream::FeedWhole(std::string_view& bytes) {
  return answer_->body.Append(std::exchange(bytes, {}), runtime_.limits.body_bytes,
                              runtime_.limits.json);
}

void EventStream::TakeEvents() {
  http::SseParser::Event event;
  while (!stopped_) {
    switch (answer_->events.Next(event)) {
      case http::SseParser::Status::kNeedMore:
        return;
      case http::SseParser::Status::kTooLong:
        return Stop(openai::TooLarge("an event is longer than allowed", upstream_call_.attempt()));
      case http::SseParser::Status::kEvent:
        break;
    }
    if (event.is_piece) {
      answer_->in_pieces = true;
      if (!answer_->done) TakePiece(event);
      continue;
    }
    ++answer_->events_seen;
    const bool is_rest = std::exchange(answer_->in_pieces, false);
    const std::string_view data = is_rest ? event.data : Trim(event.data);
    if (answer_->done) continue;
    if (!is_rest && openai::IsEndMark(event.event, data)) {
      answer_->done = true;
      AwaitEnd();
    } else if (is_rest || !data.empty()) {
      TakeEvent(event, data);
    }
  }
}

void EventStream::OnEnd(std::optional<Error> error) {
  if (!error) {
    answer_->at_end = true;
    answer_->events.End();
    TakeEvents();
    if (stopped_) return;
  }
  if (!error || MayEndWith(*error)) {
    if (ProperlyEnded()) return Complete();
  }
  if (error) {
    DescribeCut(*error);
    return Stop(std::move(error));
  }
  const openai::Attempt attempt = upstream_call_.attempt();
  if (answer_->front.form() == Form::kOnePiece) return TakeOnePiece(attempt);
  Error cut = answer_->events_seen == 0
                  ? answer_->front.NoStream(upstream_call_.headers(), attempt, WallNow())
                  : NoEnd(answer_->odd, attempt);
  DescribeCut(cut);
  Stop(std::move(cut));
}

void EventStream::TakeOnePiece(const openai::Attempt& attempt) {
  const std::string& json = kept();
  if (auto stated = openai::FromBody(json, upstream_call_.headers(), attempt, WallNow())) {
    bill_.SeeRefusal(json);
    return Stop(std::move(stated));
  }
  const bool good = TakeWhole(json);
  if (stopped_) return;
  if (good) return Complete();
  Stop(openai::NoAnswer(json, "it is not an answer", upstream_call_.headers(), attempt, WallNow()));
}

Error EventStream::NoEnd(std::string_view odd, const openai::Attempt& attempt) const {
  std::string said = "the stream stopped before its end";
  if (!odd.empty() && !output_began_) said.append(": ").append(odd);
  return openai::Truncated(said, attempt);
}

void EventStream::SkipEvent(std::string_view data) {
  operation_metrics_.TranslationError("response", "odd_event");
  if (answer_->odd.empty()) answer_->odd = data.substr(0, kMaxOdd);
}

void EventStream::Send(google::protobuf::Message& message, bool output) {
  const SteadyTime now = runtime_.timers.Now();
  if (!std::exchange(started_, true)) {
    v1::GatewayInfo gateway;
    FillGateway(gateway);
    SendStarted(std::move(gateway));
  }
  if (output && !output_began_) {
    output_began_ = true;
    metrics_->FirstChunk(*stats_.first_byte);
  } else if (output) {
    metrics_->NextChunk(now - heartbeat_.last_sent());
  }
  upstream_call_.MarkOutput();
  heartbeat_.Sent(now);
  ++stats_.events;
  observer_.OnMessage(message);
}

void EventStream::AwaitEnd() { AwaitUntil(kEndAfterDone); }

void EventStream::AwaitUntil(Duration wait) { end_timer_.Set(runtime_.timers.Now() + wait); }

void EventStream::OnAwaited() {
  // There is more, and the caller is slow.
  if (held_back_ && !answer_->done) {
    return AwaitUntil(upstream_call_.request().upstream->options().after_finish);
  }
  if (!answer_->done) operation_metrics_.TranslationError("response", "no_end");
  OnEnd(std::nullopt);
}

void EventStream::StopTimers() {
  heartbeat_.Stop();
  end_timer_.Cancel();
  more_timer_.Cancel();
}

void EventStream::Complete() {
  if (!upstream_call_.request_complete()) {
    return Stop(
        openai::Protocol("it was given before the request was complete", upstream_call_.attempt()));
  }
  StopTimers();
  if (!std::exchange(started_, true)) {
    v1::GatewayInfo gateway;
    FillGateway(gateway);
    SendStarted(std::move(gateway));
  }
  SendCompleted();
  stopped_ = true;
  End(std::nullopt);
}

void EventStream::Stop(std::optional<Error> error) {
  StopTimers();
  stopped_ = true;
  End(std::move(error));
}

void EventStream::StopUnreadable(const Error& error) {
  const bool too_large = error.reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE;
  operation_metrics_.TranslationError("response", too_large ? "too_large" : "not_json");
  Stop(too_large ? openai::TooLarge(error.message, upstream_call_.attempt())
                 : openai::Protocol(error.message, upstream_call_.attempt()));
}

void EventStream::StopUnreadableEvent(const Error& error) {
  if (!answer_->at_end) StopUnreadable(error);
}

std::optional<Error> EventStream::ErrorIn(const http::SseParser::Event& event) const {
  if (event.event == "error") {
    return openai::FromErrorEvent(event.data, upstream_call_.headers(), upstream_call_.attempt(),
                                  WallNow());
  }
  // Most events need no parsing to see that they are none.
  if (event.data.find("\"error\"") == std::string_view::npos) return std::nullopt;
  return openai::FromBody(event.data, upstream_call_.headers(), upstream_call_.attempt(),
                          WallNow());
}

}  // namespace inferwire::endpoints
