// One request to an upstream until its answer is complete, repeated attempts included: timeouts,
// deadline, retries, error mapping and metrics. On the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timers.h"
#include "gateway/operation.h"
#include "http/transport.h"
#include "openai/error.h"
#include "openai/rate_limit_headers.h"
#include "upstream/attempt_span.h"
#include "upstream/attempt_timeouts.h"
#include "upstream/key_echo.h"
#include "upstream/runtime.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

class UpstreamCall final : private http::TransferObserver {
 public:
  struct Request {
    const Upstream* upstream = nullptr;
    std::string model;  // as sent; empty if the endpoint has none
    std::string method = "POST";
    std::string path;
    std::string content_type = "application/json";
    std::string_view accept = "application/json";  // a literal
    std::vector<std::string> headers{};            // further ones: "Name: value"
    std::string body;
    // Instead of body: what is not here yet, and never is as a whole. Shared with whoever fills it.
    std::shared_ptr<http::BodySource> source{};
    std::optional<int64_t> source_bytes{};  // as far as that is known
    Use use = Use::kChat;
    // Every HTTP status is an answer (RawService), not only 2xx.
    bool raw = false;
    size_t receive_bytes = http::kReceiveBytes;
    bool long_answer = false;  // see http::Request
    // The largest answer, or stream, that is taken.
    size_t max_bytes = 32u << 20;
    SteadyTime deadline;
    std::optional<Duration> attempt_timeout;
    int max_retries = 0;
    // Of the call; null: it belongs to none.
    const telemetry::TraceContext* trace = nullptr;
    gateway::CallMemory* memory = nullptr;  // null: nobody counts
    bool keeps_answer = false;              // whoever takes it holds all of it
    // What the upstream's complaints are resolved against; null: the caller's request has no typed
    // fields, and they are told as they come.
    const openai::RequestFields* fields = nullptr;
  };
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void OnHead(int status, const http::Headers& headers) = 0;
    // False: take nothing now; the same bytes come again after Resume.
    virtual bool OnBody(std::string_view bytes) = 0;
    // Once, last: nothing, or why the answer is not complete.
    virtual void OnEnd(std::optional<Error> error) = 0;
  };

  // Writes what it does into the stats, which like the observer outlive it.
  UpstreamCall(const Runtime& runtime, Request request, gateway::CallStats& stats,
               Observer& observer);
  ~UpstreamCall() override;

  void Start();
  void Resume();
  // The source has something again, after it had nothing.
  void ResumeBody();
  // Ends it without a further event.
  void Cancel();
  // From here on an attempt has given output to the caller: errors say so.
  void MarkOutput() { output_began_ = true; }

  const Request& request() const { return request_; }
  // The request's body, as long as it is kept, and its length.
  std::string_view body() const { return body_ ? *body_ : std::string_view(); }
  size_t body_bytes() const { return body_bytes_; }
  const std::vector<gateway::RateLimit>& rate_limits() const { return rate_limits_; }
  const http::Headers& headers() const { return headers_; }
  // For what of the answer goes to the caller as it is: the key of the attempt made unreadable.
  void HideKey(std::string& text, size_t from = 0);
  const KeyEcho& key_echo() { return echo_ ? *echo_ : MakeKeyEcho(); }
  openai::Attempt attempt() const;

 private:
  void OnHeaders(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(const http::Outcome& outcome) override;

  // Any other answer is an error.
  bool is_wanted() const { return request_.raw || status_ / 100 == 2; }

  class Feed;
  int64_t ReadBody(char* buffer, size_t size);
  void DropBody();
  void Holds(gateway::CallMemory::Part part, size_t bytes) {
    if (request_.memory) request_.memory->Set(part, bytes);
  }

  void StartAttempt();
  bool RetryLater(const http::Outcome& outcome);
  // After a 401: repeats the request if there is another key to try.
  bool RetryWithOtherKey();
  void OnTimer();
  AttemptTimes times() const;
  // The upstream's time is over.
  void StopClock();
  const KeyEcho& MakeKeyEcho();
  void Finish(std::optional<Error> error);
  // Gives the answer up.
  void Fail(Error error);
  void TellFirstFailure(Error& error) const;
  // Why the answer is not worth waiting for.
  std::optional<Error> ErrorOfHead(const http::Headers& headers) const;
  void TakeErrorBody(std::string_view bytes);
  Error TooManyBytes() const;
  void Record(const http::Outcome& outcome, bool retried);
  // Gives the attempt up.
  void Abort(std::string_view why);

  const Runtime& runtime_;
  Request request_;
  // The request's, while it may be sent; a short one is kept to the end.
  std::shared_ptr<const std::string> body_;
  const size_t body_bytes_;
  gateway::CallStats& stats_;
  Observer& observer_;
  Timer timer_;
  http::Transfer* transfer_ = nullptr;
  UpstreamKey::Key key_;                 // of the attempt
  std::unique_ptr<const KeyEcho> echo_;  // of key_; made when it is asked for
  bool key_echoed_ = false;
  AttemptSpan span_;
  http::Headers headers_;
  std::vector<gateway::RateLimit> rate_limits_;
  std::string error_body_;
  std::string first_failure_;  // why the request was repeated; empty if it was not
  SteadyTime attempt_started_, last_byte_;
  int status_ = 0;
  size_t taken_bytes_ = 0;
  bool running_ = false;
  bool got_byte_ = false;
  bool paused_ = false;
  bool waiting_to_retry_ = false;
  int key_changes_ = 0;
  bool body_read_ = false;  // some of the source: it cannot be sent a second time
  bool starved_ = false;    // the source had nothing: the caller is slow, not the upstream
  bool output_began_ = false;
};

}  // namespace inferwire::upstream
