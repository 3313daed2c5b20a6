#include "openai/exchange.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "openai/error_body.h"
#include "openai/retry.h"

namespace inferwire::openai {
namespace {

// Of a request whose answer takes long: what is kept for the case that it fails (maybe_billed.h).
constexpr size_t kKeptBody = 4096;

RetryCause CauseOf(http::Failure failure) {
  switch (failure) {
    case http::Failure::kResolve:
      return RetryCause::kDns;
    case http::Failure::kTls:
      return RetryCause::kTls;
    case http::Failure::kConnectTimeout:
      return RetryCause::kTimeout;
    default:
      return RetryCause::kConnect;
  }
}

std::string_view NameOf(http::Failure failure) {
  switch (failure) {
    case http::Failure::kResolve:
      return "resolve";
    case http::Failure::kConnect:
      return "connect";
    case http::Failure::kConnectTimeout:
      return "connect_timeout";
    case http::Failure::kTls:
      return "tls";
    case http::Failure::kReset:
      return "reset";
    case http::Failure::kProtocol:
      return "protocol";
    case http::Failure::kDescriptors:
      return "descriptors";
    case http::Failure::kInternal:
      return "internal";
  }
  return "internal";
}

// What Content-Length announces; 0 if nothing.
uint64_t AnnouncedBytes(const http::Headers& headers) {
  const std::string_view text = headers.Get("content-length");
  uint64_t bytes = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return read.ec == std::errc::result_out_of_range ? UINT64_MAX : bytes;
}

std::shared_ptr<const std::string> TakeBody(Exchange::Request& request) {
  if (request.body.empty()) return nullptr;
  return std::make_shared<const std::string>(std::move(request.body));
}

// The content coding that the transport could not undo; empty if there is none.
std::string_view CodingOf(const http::Headers& headers) {
  const std::string_view coding = headers.Get("content-encoding");
  return coding == "identity" ? std::string_view() : coding;
}

std::chrono::milliseconds Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

// The source on its way to the transport: every read moves the timeouts.
class Exchange::Feed final : public http::BodySource {
 public:
  explicit Feed(Exchange& exchange) : exchange_(exchange) {}
  int64_t Read(char* buffer, size_t size) override { return exchange_.ReadBody(buffer, size); }

 private:
  Exchange& exchange_;  // a transfer that it has cancelled reads no more
};

Exchange::Exchange(const Runtime& runtime, Request request, Report& report, Client& client)
    : runtime_(runtime),
      request_(std::move(request)),
      body_(TakeBody(request_)),
      body_bytes_(body_ ? body_->size() : 0),
      report_(report),
      client_(client),
      timer_(runtime.timers, [this] { OnTimer(); }),
      span_(runtime, request_.trace) {
  report_.operation = Name(request_.use);
  report_.upstream = request_.upstream->name();
  report_.model = request_.model;
  Holds(CallMemory::kRequest, body_ ? body_->size() : 0);
}

Exchange::~Exchange() {
  Cancel();
  DropBody();
  Holds(CallMemory::kAnswer, 0);
  span_.GiveAway(report_);
}

void Exchange::Start() {
  running_ = true;
  report_.upstream_since = runtime_.timers.Now();
  if (*report_.upstream_since >= request_.deadline) {
    return Finish(
        DeadlineExceeded("the deadline had passed before the upstream was called", attempt()));
  }
  StartAttempt();
}

void Exchange::StartAttempt() {
  span_.GiveAway(report_);
  waiting_to_retry_ = false;
  headers_.Clear();
  error_body_.clear();
  status_ = 0;
  taken_bytes_ = 0;
  Holds(CallMemory::kAnswer, 0);
  got_byte_ = paused_ = false;
  ++report_.attempts;
  attempt_started_ = last_byte_ = runtime_.timers.Now();

  if (request_.upstream->key() && !key_) key_ = request_.upstream->key()->Current();
  http::Request http =
      request_.upstream->NewRequest(request_.method, request_.path, report_.request_id, key_.get());
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
  http.fresh_connection = report_.attempts > 1 || request_.source;
  http.receive_bytes = request_.receive_bytes;
  http.long_answer = request_.long_answer;
  transfer_ = runtime_.transport.Start(std::move(http), *this);
  timer_.Set(NextDue());
}

void Exchange::Resume() {
  if (!transfer_ || !paused_) return;
  paused_ = false;
  last_byte_ = runtime_.timers.Now();
  timer_.Set(NextDue());
  runtime_.transport.Resume(transfer_);
}

void Exchange::ResumeBody() {
  if (!transfer_ || !std::exchange(starved_, false)) return;
  last_byte_ = runtime_.timers.Now();
  timer_.Set(NextDue());
  runtime_.transport.Resume(transfer_);
}

int64_t Exchange::ReadBody(char* buffer, size_t size) {
  const int64_t bytes = request_.source->Read(buffer, size);
  body_read_ = true;
  starved_ = bytes == http::BodySource::kNothingNow;
  last_byte_ = runtime_.timers.Now();
  return bytes;
}

void Exchange::DropBody() {
  body_.reset();
  Holds(CallMemory::kRequest, 0);
}

void Exchange::Cancel() { Abort(kCancelledAttempt); }

void Exchange::Abort(std::string_view why) {
  timer_.Cancel();
  StopClock();
  if (!transfer_) return;
  if (runtime_.transport.Cancel(std::exchange(transfer_, nullptr))) {
    report_.reached_upstream = true;
  }
  request_.upstream->metrics(request_.use).Attempt(status_, AttemptResult::kFailed);
  span_.End(why, attempt_started_, status_, report_);
}

const KeyEcho& Exchange::MakeKeyEcho() {
  echo_ =
      key_ ? std::make_unique<const KeyEcho>(key_->Reveal()) : std::make_unique<const KeyEcho>();
  return *echo_;
}

void Exchange::HideKey(std::string& text, size_t from) {
  if (!key_echo().Hide(text, from) || std::exchange(key_echoed_, true)) return;
  request_.upstream->metrics(request_.use).KeyEchoed();
}

Attempt Exchange::attempt() const {
  Attempt attempt;
  attempt.upstream = request_.upstream->name();
  attempt.model = request_.model;
  attempt.number = report_.attempts;
  attempt.output_began = output_began_;
  attempt.upstream_request_id = report_.upstream_request_id;
  attempt.key = key_;
  return attempt;
}

void Exchange::OnHeaders(int status, const http::Headers& headers) {
  status_ = report_.http_status = status;
  headers_ = headers;
  last_byte_ = runtime_.timers.Now();
  report_.upstream_request_id =
      RequestId(headers, request_.upstream->options().dialect->request_id_header);
  if (key_ && report_.upstream_request_id.size() >= KeyEcho::kShortest) {
    const std::string_view key = key_->Reveal();
    if (report_.upstream_request_id.find(key) != std::string::npos) {
      HideKey(report_.upstream_request_id);
    }
  }
  rate_limits_ = RateLimits(headers, runtime_.timers.clock().WallNow());
  for (const RateLimit& limit : rate_limits_) {
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
  if (auto error = FaultOfHead(headers)) return Fail(std::move(*error));
  if (request_.raw || status / 100 == 2) client_.OnHead(status, headers);
}

// Why the answer is not worth waiting for.
std::optional<Error> Exchange::FaultOfHead(const http::Headers& headers) const {
  if (status_ < 200) return Protocol("it switches protocols, which nothing asked for", attempt());
  if (!request_.raw && status_ / 100 != 2) return std::nullopt;
  if (AnnouncedBytes(headers) > request_.max_bytes) return TooManyBytes();
  const std::string_view coding = CodingOf(headers);
  if (coding.empty()) return std::nullopt;
  return Protocol("it is encoded (" + std::string(coding) + "), which nothing asked for",
                  attempt());
}

bool Exchange::OnBody(std::string_view bytes) {
  last_byte_ = runtime_.timers.Now();
  if (!got_byte_) {
    got_byte_ = true;
    if (!report_.first_byte) report_.first_byte = last_byte_ - *report_.upstream_since;
    timer_.Set(NextDue());  // what is allowed between two events may be less
  }
  if (!request_.raw && status_ / 100 != 2) {
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
  if (client_.OnBody(bytes)) {
    taken_bytes_ += bytes.size();
    if (request_.keeps_answer) Holds(CallMemory::kAnswer, taken_bytes_);
    return true;
  }
  // A caller who reads slowly is not an upstream that stalls.
  paused_ = true;
  return false;
}

// An error's body beyond the bound says nothing more, and may never end.
void Exchange::TakeErrorBody(std::string_view bytes) {
  if (!CodingOf(headers_).empty()) return;  // unreadable
  error_body_.append(bytes.substr(0, kMaxErrorBody + 1 - error_body_.size()));
  if (error_body_.size() <= kMaxErrorBody) return;
  Fail(FromStatus(status_, headers_, error_body_, attempt(), runtime_.timers.clock().WallNow()));
}

Error Exchange::TooManyBytes() const {
  Error error = TooLarge("the answer is larger than allowed", attempt());
  error.metadata["limit_bytes"] = std::to_string(request_.max_bytes);
  return error;
}

void Exchange::OnEnd(const http::Outcome& outcome) {
  transfer_ = nullptr;
  timer_.Cancel();
  if (!outcome.provably_unsent) report_.reached_upstream = true;
  if (outcome.failure && RetryLater(outcome)) return;
  Record(outcome, false);
  if (outcome.failure) return Finish(FromTransfer(outcome, attempt()));
  if (!request_.raw && status_ / 100 != 2) {
    return Finish(
        FromStatus(status_, headers_, error_body_, attempt(), runtime_.timers.clock().WallNow()));
  }
  Finish(std::nullopt);
}

bool Exchange::RetryLater(const http::Outcome& outcome) {
  if (body_read_ || status_ != 0) return false;  // what was answered had been sent
  const SteadyTime now = runtime_.timers.Now();
  const auto delay = RetryDelay(
      {outcome, report_.attempts, request_.max_retries, request_.deadline - now}, runtime_.random);
  if (!delay) return false;
  if (first_failure_.empty()) first_failure_ = FromTransfer(outcome, attempt()).message;
  Record(outcome, true);
  request_.upstream->metrics(request_.use).Retry(CauseOf(*outcome.failure));
  waiting_to_retry_ = true;
  timer_.Set(now + *delay);
  return true;
}

// A refused key is not billed, so the repetition is safe: with the key that the source has now or,
// while the new key is not yet known over there, with the one before it.
bool Exchange::RetryWithOtherKey() {
  constexpr int kMostChanges = 2;  // the old key may go while it is tried
  if (body_read_ || key_changes_ >= kMostChanges) return false;
  UpstreamKey::Key other = request_.upstream->key()->Instead(key_, attempt_started_);
  if (!other) return false;
  ++key_changes_;
  key_ = std::move(other);
  echo_.reset();
  report_.http_status = 0;
  runtime_.transport.Cancel(std::exchange(transfer_, nullptr));
  UpstreamMetrics& metrics = request_.upstream->metrics(request_.use);
  metrics.Attempt(status_, AttemptResult::kRetried);
  metrics.Retry(RetryCause::kCredentials);
  span_.End("401", attempt_started_, status_, report_);
  waiting_to_retry_ = true;
  timer_.Set(runtime_.timers.Now());
  return true;
}

SteadyTime Exchange::NextDue() const {
  const UpstreamOptions& options = request_.upstream->options();
  SteadyTime due = request_.deadline;
  if (request_.attempt_timeout) due = std::min(due, attempt_started_ + *request_.attempt_timeout);
  if (paused_ || starved_) return due;
  if (body_read_ && !got_byte_) return std::min(due, last_byte_ + options.first_byte);
  if (!got_byte_) return std::min(due, attempt_started_ + options.first_byte);
  return std::min(due, last_byte_ + options.between_events);
}

void Exchange::OnTimer() {
  if (waiting_to_retry_) return StartAttempt();
  const SteadyTime now = runtime_.timers.Now();
  // The timer is set once per attempt and looked at when it fires, not moved with every chunk.
  if (const SteadyTime due = NextDue(); due > now) return timer_.Set(due);

  const UpstreamOptions& options = request_.upstream->options();
  if (now >= request_.deadline) {
    return Fail(DeadlineExceeded("the call's deadline passed", attempt()));
  }
  if (request_.attempt_timeout && now >= attempt_started_ + *request_.attempt_timeout) {
    return Fail(AttemptTimeout("attempt", Milliseconds(*request_.attempt_timeout), attempt()));
  }
  Fail(got_byte_ ? AttemptTimeout("between_events", Milliseconds(options.between_events), attempt())
                 : AttemptTimeout("first_byte", Milliseconds(options.first_byte), attempt()));
}

// An attempt that was repeated failed for a reason, which its repetition's failure may not show.
void Exchange::TellFirstFailure(Error& error) const {
  if (first_failure_.empty() || status_ != 0 || error.message == first_failure_) return;
  error.message += "; attempt 1: " + first_failure_;
}

void Exchange::StopClock() {
  if (!std::exchange(running_, false)) return;
  report_.upstream_time = report_.UpstreamTime(runtime_.timers.Now());
  report_.upstream_since.reset();
}

void Exchange::Finish(std::optional<Error> error) {
  StopClock();
  if (error) TellFirstFailure(*error);
  client_.OnEnd(std::move(error));
}

void Exchange::Fail(Error error) {
  Abort(ReasonName(error.reason));
  TellFirstFailure(error);
  client_.OnEnd(std::move(error));
}

void Exchange::Record(const http::Outcome& outcome, bool retried) {
  UpstreamMetrics& metrics = request_.upstream->metrics(request_.use);
  const bool good = !outcome.failure && status_ / 100 == 2;
  metrics.Attempt(status_, retried ? AttemptResult::kRetried
                                   : (good ? AttemptResult::kSuccess : AttemptResult::kFailed));
  if (outcome.connected) metrics.Connection(outcome.reused_connection);
  metrics.Phases(outcome.resolve, outcome.connect, outcome.tls, outcome.first_byte);
  if (outcome.unsolicited > 0) metrics.Unsolicited(outcome.unsolicited);
  metrics.Bytes(outcome.bytes_sent, outcome.bytes_received);
  report_.bytes_sent += outcome.bytes_sent;
  report_.bytes_received += outcome.bytes_received;
  if (!span_.open()) return;
  const std::string status = good ? "" : std::to_string(status_);
  span_.End(outcome.failure ? NameOf(*outcome.failure) : status, attempt_started_, status_,
            report_);
}

}  // namespace inferwire::openai
