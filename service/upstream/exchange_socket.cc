// An attempt whose answer is a WebSocket: the upgrade is the answer's head, and what upstream says
// instead of it is an answer like any other.
#include <algorithm>
#include <utility>

#include "openai/error_body.h"
#include "upstream/exchange.h"
#include "upstream/failure_names.h"

namespace inferwire::upstream {
namespace {

// So long after the last byte upstream is asked whether it is there, and so long after that it is
// taken for dead.
constexpr std::chrono::seconds kQuiet{20};

}  // namespace

void Exchange::OpenSocket(http::Request http) {
  http::WebSocketRequest request;
  request.url = std::move(http.url);
  request.address = std::move(http.address);
  request.headers = std::move(http.headers);
  request.connect_options = http.connect_options;
  request.connect_timeout = http.connect_timeout;
  request.random = &runtime_.random;
  request.limits = request_.socket_limits;
  socket_open_ = socket_aborted_ = false;
  pinged_at_.reset();
  socket_ = runtime_.transport.OpenWebSocket(std::move(request),
                                             static_cast<http::WebSocketObserver&>(*this));
}

void Exchange::OnOpen(const http::Headers& headers) {
  socket_open_ = got_byte_ = reached_upstream_ = true;
  last_byte_ = runtime_.timers.Now();
  metrics().Connection(/*reused=*/false);
  owner_.OnFirstByte(*this, /*wanted=*/true);
  timer_.Set(last_byte_ + kQuiet);
  OnHeaders(kSwitched, headers);
}

bool Exchange::OnMessage(std::string_view text) {
  last_byte_ = runtime_.timers.Now();
  pinged_at_.reset();
  paused_ = !request_.socket->OnMessage(text);
  return !paused_;
}

void Exchange::OnRoom() { request_.socket->OnRoom(); }

// While the caller is slow nothing is read, and silence says nothing.
void Exchange::KeepAlive(SteadyTime now) {
  last_byte_ = std::max(last_byte_, socket_->traffic().last_received);
  if (paused_) last_byte_ = now;
  if (now < last_byte_ + kQuiet) {
    pinged_at_.reset();
    return timer_.Set(last_byte_ + kQuiet);
  }
  // The answer to a ping may be as old as the silence itself when a timer is late.
  if (pinged_at_ && last_byte_ < *pinged_at_) {
    return Fail(openai::Truncated("upstream does not answer pings any more", attempt()));
  }
  pinged_at_ = now;
  socket_->Ping();
  timer_.Set(now + kQuiet);
}

void Exchange::OnRefused(int status, const http::Headers& headers, std::string_view body) {
  reached_upstream_ = true;
  OnHeaders(status, headers);
  if (!socket()) return;  // given up from within
  error_body_ = body;
  owner_.OnFirstByte(*this, /*wanted=*/false);
  EndSocket({ErrorOfStatus(), nullptr});
}

void Exchange::OnFailed(const http::Outcome& outcome) {
  if (!outcome.provably_unsent) reached_upstream_ = true;
  timer_.Cancel();
  Record(outcome);
  const http::Outcome failed = outcome;  // the socket goes before it is told
  socket_.reset();
  owner_.OnExchangeEnd(*this, {openai::FromTransfer(failed, attempt()), &failed});
}

void Exchange::OnClosed(const http::WebSocketEnd& end) {
  EndSocket({request_.socket->JudgeEnd(end), nullptr});
}

void Exchange::EndSocket(End end) {
  timer_.Cancel();
  CountTraffic();
  socket_open_ = false;
  socket_.reset();
  EndSpan(end.error ? ReasonName(end.error->reason) : std::string_view());
  owner_.OnExchangeEnd(*this, std::move(end));
}

// Not destroyed here: it may be one of its own events that leads to this.
bool Exchange::AbortSocket() {
  if (!socket()) return false;
  socket_aborted_ = true;
  CountTraffic();
  if (socket_->traffic().sent > 0) reached_upstream_ = true;
  socket_open_ = false;
  socket_->Abort(close_code_);
  return true;
}

void Exchange::CountTraffic() {
  const http::WebSocket::Traffic& traffic = socket_->traffic();
  metrics().Bytes(traffic.sent, traffic.received);
  call_.bytes_sent += traffic.sent;
  call_.bytes_received += traffic.received;
}

}  // namespace inferwire::upstream
