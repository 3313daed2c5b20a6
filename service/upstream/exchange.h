// One attempt: one HTTP request to one upstream with one key, until its answer is complete or it
// has failed. Timeouts, bounds of the answer, metrics and the attempt's span. What follows a
// failure is UpstreamCall's to say, and what of it is told of the call. On the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timers.h"
#include "gateway/operation.h"
#include "gateway/rate_limit.h"
#include "http/transport.h"
#include "http/websocket.h"
#include "openai/error.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/attempt_span.h"
#include "upstream/attempt_timeouts.h"
#include "upstream/key_echo.h"
#include "upstream/runtime.h"
#include "upstream/upstream_request.h"

namespace inferwire::upstream {

class Exchange final : private http::TransferObserver, private http::WebSocketObserver {
 public:
  struct End {
    std::optional<Error> error;              // none: the answer is complete
    const http::Outcome* outcome = nullptr;  // of the transfer; null: it was given up
  };
  // It may have several exchanges at once, and is told which one speaks.
  class Owner {
   public:
    virtual ~Owner() = default;
    // The head, whatever it says.
    virtual void OnStatus(Exchange& from) = 0;
    // The head of what is wanted, an answer.
    virtual void OnHead(Exchange& from) = 0;
    // False: take nothing now; the same bytes come again after Resume.
    virtual bool OnBody(Exchange& from, std::string_view bytes) = 0;
    // The upstream refuses the key (401). True: the exchange was given up.
    virtual bool OnKeyRefused(Exchange& from) = 0;
    // The first byte of the body. wanted: of an answer, not of an error.
    virtual void OnFirstByte(Exchange& from, bool wanted) = 0;
    // Once, last.
    virtual void OnExchangeEnd(Exchange& from, End end) = 0;
    virtual openai::Attempt Describe(const Exchange& from) const = 0;
  };

  // Of the request, everything but upstream, model and path. All of it outlives this.
  Exchange(const Runtime& runtime, const UpstreamRequest& request, gateway::CallStats& call,
           Owner& owner);
  ~Exchange() override;

  struct Start {
    const Destination* destination = nullptr;  // outlives the exchange
    std::string_view path;
    int number = 1;                   // of the call's attempts
    const PoolKey* source = nullptr;  // of the key; null: none
    UpstreamKey::Key key;
    std::string address{};                    // of the endpoint; empty: the URL's
    std::shared_ptr<const std::string> body;  // null: none, or the request has a source
    bool fresh_connection = false;
    Duration first_byte{};  // the longest wait for it
    Duration connect{};     // the same, for a connection; zero: as the upstream's
  };
  void Begin(Start start);
  bool running() const { return transfer_ != nullptr || socket() != nullptr; }
  void Resume();
  // Open from the head (101) to the end; null: there is none.
  http::WebSocket* socket() const { return socket_aborted_ ? nullptr : socket_.get(); }
  // Gives the attempt up; no event follows. True if it ran.
  bool Abort(std::string_view why);
  // What an open WebSocket is told when it is aborted.
  void SayAtAbort(uint16_t close_code) { close_code_ = close_code; }
  // What became of it: once for each that began.
  void Count(telemetry::AttemptResult result) { metrics().Attempt(status_, result); }
  // Hands the ended span over, once the stats say what the answer was.
  void GiveAwaySpan() { span_.GiveAway(call_, upstream_request_id_); }

  int status() const { return status_; }
  // A byte of the request may have left.
  bool reached_upstream() const { return reached_upstream_; }
  const std::string& upstream_request_id() const { return upstream_request_id_; }
  bool got_byte() const { return got_byte_; }
  // Any other answer is an error.
  bool is_wanted() const {
    return request_.socket ? status_ == kSwitched : request_.raw || status_ / 100 == 2;
  }
  // A good answer, whatever was wanted.
  bool is_good() const { return status_ / 100 == 2 || (request_.socket && status_ == kSwitched); }
  SteadyTime started() const { return started_; }
  bool body_read() const { return body_read_; }
  // Nothing of the request is missing, as far as it was read from here.
  bool request_complete() const { return !request_.source || body_complete_; }
  const UpstreamKey::Key& key() const { return key_; }
  const std::vector<gateway::RateLimit>& rate_limits() const { return rate_limits_; }
  const http::Headers& headers() const { return headers_; }
  // For what of the answer goes to the caller as it is: the attempt's key made unreadable.
  void HideKey(std::string& text, size_t from);
  const KeyEcho& key_echo() { return echo_ ? *echo_ : MakeKeyEcho(); }

 private:
  static constexpr int kSwitched = 101;

  void OnHeaders(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(const http::Outcome& outcome) override;

  // exchange_socket.cc: the same of a WebSocket.
  void OpenSocket(http::Request http);
  void OnOpen(const http::Headers& headers) override;
  bool OnMessage(std::string_view text) override;
  void OnRoom() override;
  void OnRefused(int status, const http::Headers& headers, std::string_view body) override;
  void OnFailed(const http::Outcome& outcome) override;
  void OnClosed(const http::WebSocketEnd& end) override;
  void KeepAlive(SteadyTime now);
  bool AbortSocket();
  void CountTraffic();
  // The socket is gone with the event that said so.
  void EndSocket(End end);

  class Feed;
  // The source has something again, after it had nothing.
  void ResumeBody();
  int64_t ReadBody(char* buffer, size_t size);
  void TakeRateLimits();
  std::optional<Error> ErrorOfHead() const;
  void TakeErrorBody(std::string_view bytes);
  Error TooManyBytes() const;
  Error ErrorOfStatus() const;
  void OnTimer();
  AttemptTimes times() const;
  const KeyEcho& MakeKeyEcho();
  void HoldAnswer(size_t bytes);
  void Fail(Error error);
  void Record(const http::Outcome& outcome);
  void EndSpan(std::string_view error_type);
  openai::Attempt attempt() const { return owner_.Describe(*this); }
  const Upstream& upstream() const { return *destination_->upstream; }
  telemetry::UpstreamMetrics& metrics() const { return upstream().metrics(request_.use); }

  const Runtime& runtime_;
  const UpstreamRequest& request_;
  gateway::CallStats& call_;
  Owner& owner_;
  Timer timer_;
  http::Transfer* transfer_ = nullptr;
  std::unique_ptr<http::WebSocket> socket_;
  uint16_t close_code_ = 1000;
  bool socket_open_ = false, socket_aborted_ = false;
  std::optional<SteadyTime> pinged_at_;  // the last ping, if nothing but its answer came since
  const Destination* destination_ = nullptr;
  const PoolKey* source_ = nullptr;
  UpstreamKey::Key key_;
  std::unique_ptr<const KeyEcho> echo_;  // of key_; made when it is asked for
  AttemptSpan span_;
  http::Headers headers_;
  std::vector<gateway::RateLimit> rate_limits_;
  std::string error_body_, upstream_request_id_;
  SteadyTime started_, last_byte_;
  Duration first_byte_{};
  int number_ = 1;
  int status_ = 0;
  size_t taken_bytes_ = 0;
  bool reached_upstream_ = false;
  bool got_byte_ = false;
  bool paused_ = false;
  bool key_echoed_ = false;
  int64_t body_bytes_ = 0;  // of the source
  bool body_read_ = false;  // some of the source: it cannot be sent a second time
  bool body_complete_ = false;
  bool starved_ = false;  // the source had nothing: the caller is slow, not the upstream
};

}  // namespace inferwire::upstream
