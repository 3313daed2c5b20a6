#include "upstream/exchange.h"

#include <utility>

#include "openai/error_body.h"
#include "openai/rate_limit_headers.h"
#include "upstream/answer_head.h"
#include "upstream/failure_names.h"

namespace inferwire::upstream {

// The source on its way to the transport: every read moves the timeouts.
class Exchange::Feed final : public http::BodySource {
 public:
  explicit Feed(Exchange& exchange) : exchange_(exchange) {}
  int64_t Read(char* buffer, size_t size) override { return exchange_.ReadBody(buffer, size); }

 private:
  Exchange& exchange_;  // a transfer that it has cancelled reads no more
};

Exchange::Exchange(const Runtime& runtime, const UpstreamRequest& request, gateway::CallStats& call,
                   Owner& owner)
    : runtime_(runtime),
      request_(request),
      call_(call),
      owner_(owner),
      timer_(runtime.timers, [this] { OnTimer(); }),
      span_(runtime, request.trace) {}

Exchange::~Exchange() {
  if (request_.source) request_.source->OnMore(nullptr);
  if (Abort(kCancelledAttempt)) Count(telemetry::AttemptResult::kFailed);
  if (taken_bytes_ > 0) HoldAnswer(0);
  GiveAwaySpan();
}

void Exchange::Begin(Start start) {
  destination_ = start.destination;
  number_ = start.number;
  source_ = start.source;
  key_ = std::move(start.key);
  first_byte_ = start.first_byte;
  started_ = last_byte_ = runtime_.timers.Now();
  http::Request http =
      upstream().NewRequest(request_.method, start.path, call_.request_id, key_.get());
  if (start.body || request_.source) {
    http.headers.push_back("Content-Type: " + request_.content_type);
  }
  http.headers.emplace_back("Accept: ") += request_.accept;
  for (const std::string& header : request_.headers) http.headers.push_back(header);
  span_.Begin(http.headers);
  http.address = std::move(start.address);
  http.body = std::move(start.body);
  if (request_.source) {
    http.source = std::make_shared<Feed>(*this);
    http.source_bytes = request_.source_bytes;
    request_.source->OnMore([this] { ResumeBody(); });
  }
  // What can be sent only once does not go to a connection that upstream may be closing.
  http.fresh_connection = start.fresh_connection || request_.source;
  http.connect_timeout = std::chrono::ceil<std::chrono::milliseconds>(start.connect);
  http.receive_bytes = request_.receive_bytes;
  http.long_answer = request_.long_answer;
  if (request_.socket) {
    OpenSocket(std::move(http));
  } else {
    transfer_ =
        runtime_.transport.Start(std::move(http), static_cast<http::TransferObserver&>(*this));
  }
  timer_.Set(NextDue(times()));
}

void Exchange::Resume() {
  if (socket() && std::exchange(paused_, false)) {
    last_byte_ = runtime_.timers.Now();
    return socket_->Resume();
  }
  if (!transfer_ || !paused_) return;
  paused_ = false;
  last_byte_ = runtime_.timers.Now();
  timer_.Set(NextDue(times()));
  runtime_.transport.Resume(transfer_);
}

void Exchange::ResumeBody() {
  if (!transfer_ || !std::exchange(starved_, false)) return;
  last_byte_ = runtime_.timers.Now();
  timer_.Set(NextDue(times()));
  runtime_.transport.Resume(transfer_);
}

int64_t Exchange::ReadBody(char* buffer, size_t size) {
  const int64_t bytes = request_.source->Read(buffer, size);
  body_read_ = true;
  if (bytes > 0) body_bytes_ += bytes;
  body_complete_ = bytes == http::BodySource::kEnd || body_bytes_ == request_.source_bytes;
  starved_ = bytes == http::BodySource::kNothingNow;
  last_byte_ = runtime_.timers.Now();
  return bytes;
}

bool Exchange::Abort(std::string_view why) {
  timer_.Cancel();
  if (AbortSocket()) {
    EndSpan(why);
    return true;
  }
  if (!transfer_) return false;
  if (runtime_.transport.Cancel(std::exchange(transfer_, nullptr))) reached_upstream_ = true;
  EndSpan(why);
  return true;
}

void Exchange::EndSpan(std::string_view error_type) {
  if (!span_.open()) return;
  span_.End(error_type, {upstream().name(), destination_->model, number_, started_}, status_,
            call_);
}

const KeyEcho& Exchange::MakeKeyEcho() {
  echo_ =
      key_ ? std::make_unique<const KeyEcho>(key_->Reveal()) : std::make_unique<const KeyEcho>();
  return *echo_;
}

void Exchange::HideKey(std::string& text, size_t from) {
  if (!key_echo().Hide(text, from) || std::exchange(key_echoed_, true)) return;
  metrics().KeyEchoed();
}

void Exchange::HoldAnswer(size_t bytes) {
  if (request_.memory) request_.memory->Set(gateway::CallMemory::kAnswer, bytes);
}

void Exchange::OnHeaders(int status, const http::Headers& headers) {
  status_ = status;
  headers_ = headers;
  last_byte_ = runtime_.timers.Now();
  upstream_request_id_ =
      openai::RequestId(headers, upstream().options().dialect->request_id_header);
  if (key_ && upstream_request_id_.size() >= KeyEcho::kShortest) {
    const std::string_view key = key_->Reveal();
    if (upstream_request_id_.find(key) != std::string::npos) HideKey(upstream_request_id_, 0);
  }
  TakeRateLimits();
  owner_.OnStatus(*this);
  if (key_) {
    if (status == 401 && !body_read_ && owner_.OnKeyRefused(*this)) return;
    if (status != 401) source_->key->Accepted(key_, last_byte_);
  }
  if (auto error = ErrorOfHead()) return Fail(std::move(*error));
  if (is_wanted()) owner_.OnHead(*this);
}

void Exchange::TakeRateLimits() {
  rate_limits_ = openai::RateLimits(headers_, runtime_.timers.clock().WallNow());
  for (const gateway::RateLimit& limit : rate_limits_) {
    if (limit.metric != "requests" && limit.metric != "tokens") continue;
    metrics().RateLimit(destination_->model, limit.metric, limit.limit.value_or(-1),
                        limit.remaining.value_or(-1));
  }
}

std::optional<Error> Exchange::ErrorOfHead() const {
  if (request_.socket) return std::nullopt;  // either the wanted one, or a refusal
  switch (FindHeadProblem(status_, headers_, is_wanted(), request_.max_bytes)) {
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
      "it is encoded (" + std::string(CodingOf(headers_)) + "), which nothing asked for",
      attempt());
}

bool Exchange::OnBody(std::string_view bytes) {
  last_byte_ = runtime_.timers.Now();
  if (!got_byte_) {
    got_byte_ = true;
    owner_.OnFirstByte(*this, is_wanted());
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
  if (owner_.OnBody(*this, bytes)) {
    taken_bytes_ += bytes.size();
    if (request_.keeps_answer) HoldAnswer(taken_bytes_);
    return true;
  }
  // A caller who reads slowly is not an upstream that stalls.
  paused_ = true;
  return false;
}

// An error's body beyond the bound says nothing more, and may never end.
void Exchange::TakeErrorBody(std::string_view bytes) {
  if (!CodingOf(headers_).empty()) return;  // unreadable
  error_body_.append(bytes.substr(0, openai::kMaxErrorBody + 1 - error_body_.size()));
  if (error_body_.size() > openai::kMaxErrorBody) Fail(ErrorOfStatus());
}

Error Exchange::ErrorOfStatus() const {
  if (request_.socket && status_ / 100 == 2) {
    return openai::Protocol("it is no WebSocket", attempt());
  }
  return openai::FromStatus(status_, headers_, error_body_, attempt(),
                            runtime_.timers.clock().WallNow());
}

Error Exchange::TooManyBytes() const {
  Error error = openai::TooLarge("the answer is larger than allowed", attempt());
  error.metadata["limit_bytes"] = std::to_string(request_.max_bytes);
  return error;
}

AttemptTimes Exchange::times() const {
  return {.deadline = request_.deadline,
          .attempt_timeout = request_.attempt_timeout,
          .first_byte = first_byte_,
          .between_events = upstream().options().between_events,
          .started = started_,
          .last_byte = last_byte_,
          .got_byte = got_byte_,
          .body_read = body_read_,
          .waits_for_caller = paused_ || starved_};
}

void Exchange::OnTimer() {
  const SteadyTime now = runtime_.timers.Now();
  if (socket_open_) return KeepAlive(now);
  const AttemptTimes times = this->times();
  // The timer is set once per attempt and looked at when it fires, not moved with every chunk.
  if (const SteadyTime due = NextDue(times); due > now) return timer_.Set(due);
  Fail(TimedOut(times, now, attempt()));
}

// Gives the answer up.
void Exchange::Fail(Error error) {
  Abort(ReasonName(error.reason));
  owner_.OnExchangeEnd(*this, {std::move(error), nullptr});
}

void Exchange::OnEnd(const http::Outcome& outcome) {
  transfer_ = nullptr;
  timer_.Cancel();
  if (!outcome.provably_unsent) reached_upstream_ = true;
  Record(outcome);
  End end{std::nullopt, &outcome};
  if (outcome.failure) {
    end.error = openai::FromTransfer(outcome, attempt());
  } else if (!is_wanted()) {
    end.error = ErrorOfStatus();
  }
  owner_.OnExchangeEnd(*this, std::move(end));
}

void Exchange::Record(const http::Outcome& outcome) {
  const bool good = !outcome.failure && is_good();
  if (outcome.connected) metrics().Connection(outcome.reused_connection);
  metrics().Phases(outcome.resolve, outcome.connect, outcome.tls, outcome.first_byte);
  if (outcome.unsolicited > 0) metrics().Unsolicited(outcome.unsolicited);
  metrics().Bytes(outcome.bytes_sent, outcome.bytes_received);
  call_.bytes_sent += outcome.bytes_sent;
  call_.bytes_received += outcome.bytes_received;
  if (!span_.open()) return;
  const std::string status = good ? "" : std::to_string(status_);
  EndSpan(outcome.failure ? NameOf(*outcome.failure) : status);
}

}  // namespace inferwire::upstream
