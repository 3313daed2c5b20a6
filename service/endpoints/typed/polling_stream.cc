#include "endpoints/typed/polling_stream.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "endpoints/typed/stream_wishes.h"
#include "endpoints/typed/typed_plan.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

using std::chrono::seconds;

constexpr seconds kUsualHeartbeat{15};
// Of an interval, to either side: who began at once does not ask at once for ever.
constexpr double kJitter = 0.1;
constexpr int kMostFailures = 3;  // in a row

// What the next answer may not say any more.
bool MayPass(const Error& error) {
  return error.safe_to_retry || error.code == Code::kUnavailable ||
         error.reason == v1::ERROR_REASON_RATE_LIMITED ||
         error.reason == v1::ERROR_REASON_UPSTREAM_ERROR ||
         error.reason == v1::ERROR_REASON_UPSTREAM_PROTOCOL;
}

}  // namespace

Result<PollingStream::Pace> PollingStream::PaceOf(bool has_poll,
                                                  const google::protobuf::Duration& poll,
                                                  Duration usual, bool has_heartbeat,
                                                  const google::protobuf::Duration& heartbeat) {
  auto asked = CheckHeartbeat(has_poll, poll, "poll_interval");
  if (!asked) return asked.error();
  auto beat = CheckHeartbeat(has_heartbeat, heartbeat);
  if (!beat) return beat.error();
  return Pace{asked->value_or(usual), beat->value_or(kUsualHeartbeat)};
}

PollingStream::PollingStream(Pace pace, StreamHeartbeat::Send beat,
                             const upstream::Runtime& runtime, const gateway::CallContext& context,
                             gateway::Operation::Observer& observer)
    : runtime_(runtime),
      context_(context),
      pace_(pace),
      observer_(observer),
      heartbeat_(runtime.timers, pace.heartbeat, observer, beat),
      turn_(runtime.timers, [this] { BeginQuestion(); }),
      deadline_(runtime.timers, [this] {
        End(openai::DeadlineExceeded("the call's deadline passed before the end of it", {}));
      }) {
  stats_.request_id = context.request_id;
  stats_.queued_for = context.queued_for;
  stats_.admitted = context.admitted;
}

Result<void> PollingStream::Prepare() {
  gateway::Operation::Observer& own = *this;
  auto question = Ask(own);
  if (!question) return question.error();
  question_ = std::move(*question);
  return {};
}

void PollingStream::Start() {
  deadline_.Set(context_.deadline);
  asking_ = true;
  question_->Start();
}

void PollingStream::Resume() {
  if (!ended_ && !asking_ && !turn_.pending()) GoOn();
}

void PollingStream::Abandon(v1::ErrorReason reason) {
  if (ended_) return;
  ended_ = true;
  StopTimers();
  if (!asking_) return;
  question_->Abandon(reason);
  TakeStats();
}

// The one before is over, and not in the middle of an event.
void PollingStream::BeginQuestion() {
  if (auto ready = Prepare(); !ready) return End(std::move(ready.error()));
  asking_ = true;
  question_->Start();
}

void PollingStream::OnEnd(std::optional<Error> error) {
  asking_ = false;
  TakeStats();
  if (ended_) return;
  if (error) return Failed(*std::move(error));
  failures_ = 0;
  GoOn();
}

void PollingStream::Failed(Error error) {
  if (!MayPass(error) || ++failures_ >= kMostFailures) return End(std::move(error));
  ForgetRound();
  const Duration asked = error.retry_after.value_or(std::chrono::milliseconds(0));
  WaitFor(std::max(pace_.poll, asked));
}

void PollingStream::GoOn() {
  while (!unsent_.empty()) {
    if (observer_.Full()) return;
    const std::unique_ptr<Message> message = std::move(unsent_.front());
    unsent_.pop_front();
    ++stats_.events;
    heartbeat_.Sent(runtime_.timers.Now());
    observer_.OnMessage(*message);
  }
  switch (next_) {
    case Next::kAsk:
      return turn_.Set(runtime_.timers.Now());
    case Next::kWait:
      return WaitFor(pace_.poll);
    case Next::kEnd:
      return End(std::nullopt);
  }
}

void PollingStream::WaitFor(Duration interval) {
  const double factor = 1 - kJitter + 2 * kJitter * runtime_.random.Uniform();
  turn_.Set(runtime_.timers.Now() + std::chrono::duration_cast<Duration>(interval * factor));
}

// Of all questions together.
void PollingStream::TakeStats() {
  const gateway::CallStats& asked = question_->stats();
  stats_.operation = asked.operation;
  stats_.upstream = asked.upstream;
  stats_.upstream_request_id = asked.upstream_request_id;
  stats_.attempts += asked.attempts;
  stats_.http_status = asked.http_status;
  stats_.reached_upstream = stats_.reached_upstream || asked.reached_upstream;
  stats_.upstream_time += asked.UpstreamTime(runtime_.timers.Now());
  if (!stats_.first_byte) stats_.first_byte = asked.first_byte;
  stats_.bytes_sent += asked.bytes_sent;
  stats_.bytes_received += asked.bytes_received;
}

void PollingStream::End(std::optional<Error> error) {
  if (std::exchange(ended_, true)) return;
  StopTimers();
  if (asking_) TakeStats();
  stats_.finished = !error;
  observer_.OnEnd(std::move(error));
}

void PollingStream::StopTimers() {
  turn_.Cancel();
  deadline_.Cancel();
  heartbeat_.Stop();
}

}  // namespace inferwire::endpoints
