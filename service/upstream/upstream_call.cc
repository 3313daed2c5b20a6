#include "upstream/upstream_call.h"

#include <utility>

#include "openai/error_body.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/answer_head.h"
#include "upstream/failure_names.h"
#include "upstream/retry.h"

namespace inferwire::upstream {
namespace {

// Of a request whose answer takes long: what is kept for the case that it fails (maybe_billed.h).
constexpr size_t kKeptBody = 4096;

std::shared_ptr<const std::string> TakeBody(UpstreamCall::Request& request) {
  if (request.body.empty()) return nullptr;
  return std::make_shared<const std::string>(std::move(request.body));
}

}  // namespace

// The source on its way to the transport: every read moves the timeouts.
class UpstreamCall::Feed final : public http::BodySource {
 public:
  explicit Feed(UpstreamCall& upstream_call) : upstream_call_(upstream_call) {}
  int64_t Read(char* buffer, size_t size) override { return upstream_call_.ReadBody(buffer, size); }

 private:
  UpstreamCall& upstream_call_;  // a transfer that it has cancelled reads no more
};

UpstreamCall::UpstreamCall(const Runtime& runtime, Request request, gateway::CallStats& stats,
                           Observer& observer)
    : runtime_(runtime),
      request_(std::move(request)),
      body_(TakeBody(request_)),
      body_bytes_(body_ ? body_->size() : 0),
      stats_(stats),
      observer_(observer),
      timer_(runtime.timers, [this] { OnTimer(); }),
      span_(runtime, request_.trace) {
  stats_.operation = Name(request_.use);
  stats_.upstream = request_.upstream->name();
  stats_.model = request_.model;
  Holds(gateway::CallMemory::kRequest, body_ ? body_->size() : 0);
}

UpstreamCall::~UpstreamCall() {
  Cancel();
  DropBody();
  Holds(gateway::CallMemory::kAnswer, 0);
  span_.GiveAway(stats_);
}

void UpstreamCall::Start() {
  running_ = true;
  stats_.upstream_since = runtime_.timers.Now();
  if (*stats_.upstream_since >= request_.deadline) {
    return Finish(openai::DeadlineExceeded("the deadline had passed before the upstream was called",
                                           attempt()));
  }
  StartAttempt();
}

void UpstreamCall::StartAttempt() {
  span_.GiveAway(stats_);
  waiting_to_retry_ = false;
  headers_.Clear();
  error_body_.clear();
  status_ = 0;
  taken_bytes_ = 0;
  Holds(gateway::CallMemory::kAnswer, 0);
  got_byte_ = paused_ = false;
  ++stats_.attempts;
  attempt_started_ = last_byte_ = runtime_.timers.Now();

  if (request_.upstream->key() && !key_) key_ = request_.upstream->key()->Current();
  http::Request http =
      request_.upstream->NewRequest(request_.method, request_.path, stats_.request_id, key_.get());
  if (body_ || request_.source) {
    http.headers.push_back("Content-Type: " + request_.content_type);
  }
  http.headers.emplace_back("Accept: ") += request_.accept;
  for (const std::string& header : request_.headers) http.headers.push_back(header);
  span_.Begin(http.headers);
  http.body = body_;
  if (request_.source) {
    http.source = std::make_shared<Feed>(*this);
    http.source_bytes = request_.source_bytes;
  }
  // What can be sent only once does not go to a connection that upstream may be closing.
  http.fresh_connection = stats_.attempts > 1 || request_.source;
  http.receive_bytes = request_.receive_bytes;
  http.long_answer = request_.long_answer;
  transfer_ = runtime_.transport.Start(std::move(http), *this);
  timer_.Set(NextDue(times()));
}

void UpstreamCall::Resume() {
  if (!transfer_ || !paused_) return;
  paused_ = false;
  last_byte_ = runtime_.timers.Now();
  timer_.Set(NextDue(times()));
  runtime_.transport.Resume(transfer_);
}

void UpstreamCall::ResumeBody() {
  if (!transfer_ || !std::exchange(starved_, false)) return;
  last_byte_ = runtime_.timers.Now();
  timer_.Set(NextDue(times()));
  runtime_.transport.Resume(transfer_);
}

int64_t UpstreamCall::ReadBody(char* buffer, size_t size) {
  const int64_t bytes = request_.source->Read(buffer, size);
  body_read_ = true;
  starved_ = bytes == http::BodySource::kNothingNow;
  last_byte_ = runtime_.timers.Now();
  return bytes;
}

void UpstreamCall::DropBody() {
  body_.reset();
  Holds(gateway::CallMemory::kRequest, 0);
}

void UpstreamCall::Cancel() { Abort(kCancelledAttempt); }

void UpstreamCall::Abort(std::string_view why) {
  timer_.Cancel();
  StopClock();
  if (!transfer_) return;
  if (runtime_.transport.Cancel(std::exchange(transfer_, nullptr))) {
    stats_.reached_upstream = true;
  }
  request_.upstream->metrics(request_.use).Attempt(status_, telemetry::AttemptResult::kFailed);
  span_.End(why, attempt_started_, status_, stats_);
}

const KeyEcho& UpstreamCall::MakeKeyEcho() {
  echo_ =
      key_ ? std::make_unique<const KeyEcho>(key_->Reveal()) : std::make_unique<const KeyEcho>();
  return *echo_;
}

void UpstreamCall::HideKey(std::string& text, size_t from) {
  if (!key_echo().Hide(text, from) || std::exchange(key_echoed_, true)) return;
  request_.upstream->metrics(request_.use).KeyEchoed();
}

openai::Attempt UpstreamCall::attempt() const {
  openai::Attempt attempt;
  attempt.upstream = request_.upstream->name();
  attempt.model = request_.model;
  attempt.number = stats_.attempts;
  attempt.output_began = output_began_;
  attempt.upstream_request_id = stats_.upstream_request_id;
  attempt.key = key_;
  attempt.fields = request_.fields;
  return attempt;
}

void UpstreamCall::OnHeaders(int status, const http::Headers& headers) {
  status_ = stats_.http_status = status;
  headers_ = headers;
  last_byte_ = runtime_.timers.Now();
  stats_.upstream_request_id =
      openai::RequestId(headers, request_.upstream->options().dialect->request_id_header);
  if (key_ && stats_.upstream_request_id.size() >= KeyEcho::kShortest) {
    const std::string_view key = key_->Reveal();
    if (stats_.upstream_request_id.find(key) != std::string::npos) {
      HideKey(stats_.upstream_request_id);
    }
  }
  rate_limits_ = openai::RateLimits(headers, runtime_.timers.clock().WallNow());
  for (const gateway::RateLimit& limit : rate_limits_) {
    if (limit.metric != "requests" && limit.metric != "tokens") continue;
    request_.upstream->metrics(request_.use)
        .RateLimit(request_.model, limit.metric, limit.limit.value_or(-1),
                   limit.remaining.value_or(-1));
  }
  if (key_) {
    if (status == 401 && RetryWithOtherKey()) return;
    if (status != 401) request_.upstream->key()->Accepted(key_, last_byte_);
  }
  if (request_.long_answer && body_bytes_ > kKeptBody) DropBody();
  if (auto error = ErrorOfHead(headers)) return Fail(std::move(*error));
  if (is_wanted()) observer_.OnHead(status, headers);
}

std::optional<Error> UpstreamCall::ErrorOfHead(const http::Headers& headers) const {
  switch (FindHeadProblem(status_, headers, is_wanted(), request_.max_bytes)) {
    case HeadProblem::kNone:
      return std::nullopt;
    case HeadProblem::kOtherProtocol:
      return openai::Protocol("it switches protocols, which nothing asked for", attempt());
    case HeadProblem::kTooLarge:
      return TooManyBytes();
    case HeadProblem::kEncoded:
      break;
  }
  return openai::Protocol(
      "it is encoded (" + std::string(CodingOf(headers)) + "), which nothing asked for", attempt());
}

bool UpstreamCall::OnBody(std::string_view bytes) {
  last_byte_ = runtime_.timers.Now();
  if (!got_byte_) {
    got_byte_ = true;
    if (!stats_.first_byte) stats_.first_byte = last_byte_ - *stats_.upstream_since;
    timer_.Set(NextDue(times()));  // what is allowed between two events may be less
  }
  if (!is_wanted()) {
    TakeErrorBody(bytes);
    return true;
  }
  if (bytes.size() > request_.max_bytes - taken_bytes_) {
    Fail(TooManyBytes());
    return true;
  }
  if (request_.memory && request_.memory->MustWait()) {
    request_.memory->Wait();
    paused_ = true;
    return false;
  }
  if (observer_.OnBody(bytes)) {
    taken_bytes_ += bytes.size();
    if (request_.keeps_answer) Holds(gateway::CallMemory::kAnswer, taken_bytes_);
    return true;
  }
  // A caller who reads slowly is not an upstream that stalls.
  paused_ = true;
  return false;
}

// An error's body beyond the bound says nothing more, and may never end.
void UpstreamCall::TakeErrorBody(std::string_view bytes) {
  if (!CodingOf(headers_).empty()) return;  // unreadable
  error_body_.append(bytes.substr(0, openai::kMaxErrorBody + 1 - error_body_.size()));
  if (error_body_.size() <= openai::kMaxErrorBody) return;
  Fail(openai::FromStatus(status_, headers_, error_body_, attempt(),
                          runtime_.timers.clock().WallNow()));
}

Error UpstreamCall::TooManyBytes() const {
  Error error = openai::TooLarge("the answer is larger than allowed", attempt());
  error.metadata["limit_bytes"] = std::to_string(request_.max_bytes);
  return error;
}

void UpstreamCall::OnEnd(const http::Outcome& outcome) {
  transfer_ = nullptr;
  timer_.Cancel();
  if (!outcome.provably_unsent) stats_.reached_upstream = true;
  if (outcome.failure && RetryLater(outcome)) return;
  Record(outcome, false);
  if (outcome.failure) return Finish(openai::FromTransfer(outcome, attempt()));
  if (!is_wanted()) {
    return Finish(openai::FromStatus(status_, headers_, error_body_, attempt(),
                                     runtime_.timers.clock().WallNow()));
  }
  Finish(std::nullopt);
}

bool UpstreamCall::RetryLater(const http::Outcome& outcome) {
  if (body_read_ || status_ != 0) return false;  // what was answered had been sent
  const SteadyTime now = runtime_.timers.Now();
  const auto delay = RetryDelay(
      {outcome, stats_.attempts, request_.max_retries, request_.deadline - now}, runtime_.random);
  if (!delay) return false;
  if (first_failure_.empty()) first_failure_ = openai::FromTransfer(outcome, attempt()).message;
  Record(outcome, true);
  request_.upstream->metrics(request_.use).Retry(CauseOf(*outcome.failure));
  waiting_to_retry_ = true;
  timer_.Set(now + *delay);
  return true;
}

// A refused key is not billed, so the repetition is safe: with the key that the source has now or,
// while the new key is not yet known over there, with the one before it.
bool UpstreamCall::RetryWithOtherKey() {
  constexpr int kMostChanges = 2;  // the old key may go while it is tried
  if (body_read_ || key_changes_ >= kMostChanges) return false;
  UpstreamKey::Key other = request_.upstream->key()->Instead(key_, attempt_started_);
  if (!other) return false;
  ++key_changes_;
  key_ = std::move(other);
  echo_.reset();
  stats_.http_status = 0;
  runtime_.transport.Cancel(std::exchange(transfer_, nullptr));
  telemetry::UpstreamMetrics& metrics = request_.upstream->metrics(request_.use);
  metrics.Attempt(status_, telemetry::AttemptResult::kRetried);
  metrics.Retry(telemetry::RetryCause::kCredentials);
  span_.End("401", attempt_started_, status_, stats_);
  waiting_to_retry_ = true;
  timer_.Set(runtime_.timers.Now());
  return true;
}

AttemptTimes UpstreamCall::times() const {
  const UpstreamOptions& options = request_.upstream->options();
  return {.deadline = request_.deadline,
          .attempt_timeout = request_.attempt_timeout,
          .first_byte = options.first_byte,
          .between_events = options.between_events,
          .started = attempt_started_,
          .last_byte = last_byte_,
          .got_byte = got_byte_,
          .body_read = body_read_,
          .waits_for_caller = paused_ || starved_};
}

void UpstreamCall::OnTimer() {
  if (waiting_to_retry_) return StartAttempt();
  const SteadyTime now = runtime_.timers.Now();
  const AttemptTimes times = this->times();
  // The timer is set once per attempt and looked at when it fires, not moved with every chunk.
  if (const SteadyTime due = NextDue(times); due > now) return timer_.Set(due);
  Fail(TimedOut(times, now, attempt()));
}

// An attempt that was repeated failed for a reason, which its repetition's failure may not show.
void UpstreamCall::TellFirstFailure(Error& error) const {
  if (first_failure_.empty() || status_ != 0 || error.message == first_failure_) return;
  error.message += "; attempt 1: " + first_failure_;
}

void UpstreamCall::StopClock() {
  if (!std::exchange(running_, false)) return;
  stats_.upstream_time = stats_.UpstreamTime(runtime_.timers.Now());
  stats_.upstream_since.reset();
}

void UpstreamCall::Finish(std::optional<Error> error) {
  StopClock();
  if (error) TellFirstFailure(*error);
  observer_.OnEnd(std::move(error));
}

void UpstreamCall::Fail(Error error) {
  Abort(ReasonName(error.reason));
  TellFirstFailure(error);
  observer_.OnEnd(std::move(error));
}

void UpstreamCall::Record(const http::Outcome& outcome, bool retried) {
  telemetry::UpstreamMetrics& metrics = request_.upstream->metrics(request_.use);
  const bool good = !outcome.failure && status_ / 100 == 2;
  metrics.Attempt(status_, retried ? telemetry::AttemptResult::kRetried
                                   : (good ? telemetry::AttemptResult::kSuccess
                                           : telemetry::AttemptResult::kFailed));
  if (outcome.connected) metrics.Connection(outcome.reused_connection);
  metrics.Phases(outcome.resolve, outcome.connect, outcome.tls, outcome.first_byte);
  if (outcome.unsolicited > 0) metrics.Unsolicited(outcome.unsolicited);
  metrics.Bytes(outcome.bytes_sent, outcome.bytes_received);
  stats_.bytes_sent += outcome.bytes_sent;
  stats_.bytes_received += outcome.bytes_received;
  if (!span_.open()) return;
  const std::string status = good ? "" : std::to_string(status_);
  span_.End(outcome.failure ? NameOf(*outcome.failure) : status, attempt_started_, status_, stats_);
}

}  // namespace inferwire::upstream
