#include "simulator/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <limits>
#include <utility>

#include "base/text.h"
#include "simulator/realtime_socket.h"

namespace inferwire::simulator {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kMaxDrain{2};     // after the last answer, for the client to read it
constexpr size_t kMaxPipelinedBytes = 64 << 10;  // beyond a header's limit
constexpr int64_t kMaxFormBytes = 1 << 20;       // of an upload beside its file

Recorded HeadOf(const http::request<RequestBody>& message) {
  Recorded request;
  request.method = std::string(message.method_string());
  request.path = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(Lower({field.name_string().data(), field.name_string().size()}),
                                 std::string(field.value()));
  }
  return request;
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, Shared shared)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      read_timer_(socket_.get_executor()),
      shared_(shared) {
  shared_.stats.Update([](Stats& stats) { ++stats.connections, ++stats.open_connections; });
}

Session::~Session() {
  const bool streaming = steps_ && steps_->is_stream();
  shared_.stats.Update([&](Stats& stats) {
    --stats.open_connections;
    if (streaming) --stats.open_streams;
  });
}

void Session::Start() {
  Error ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (const auto size = shared_.options.send_buffer_bytes) {
    socket_.set_option(asio::socket_base::send_buffer_size(*size), ignored);
  }
  AwaitRequest();
}

void Session::AwaitRequest() {
  state_ = State::kReading;
  head_.reset();
  upload_.reset();
  body_ignored_ = false;
  parser_.emplace();
  parser_->eager(false);  // stops at the end of the headers: they say where the body goes
  parser_->body_limit(std::numeric_limits<uint64_t>::max());  // RequestBody has the limit
  parser_->header_limit(static_cast<uint32_t>(shared_.options.max_header_bytes));
  timer_.expires_after(shared_.options.idle_timeout);
  timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error && self->state_ == State::kReading) self->Close();
  });
  Parse();  // a pipelined request may be here already
  Read();
}

// A read is pending during an answer too: it is how a client's departure is seen.
void Session::Read() {
  const size_t limit = shared_.options.max_header_bytes + kMaxPipelinedBytes;
  const bool stalled = state_ == State::kReading && body_ignored_;
  if (reading_ || state_ == State::kClosed || in_.size() >= limit || stalled) return;
  if (upload_ && state_ == State::kReading) {
    const auto due = began_ + upload_->read_due();
    if (due > steady_clock::now()) return ReadLater(due);
  }
  reading_ = true;
  socket_.async_read_some(asio::buffer(read_buffer_),
                          [self = shared_from_this()](const Error& error, size_t size) {
                            self->reading_ = false;
                            self->OnRead(error, size);
                          });
}

void Session::ReadLater(steady_clock::time_point due) {
  read_timer_.expires_at(due);
  read_timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error) self->Read();
  });
}

void Session::OnRead(const Error& error, size_t size) {
  if (state_ == State::kClosed) return;
  if (error) return OnPeerGone();
  shared_.stats.Update([&](Stats& stats) { stats.bytes_in += size; });
  if (state_ != State::kDraining) in_.append(read_buffer_.data(), size);
  if (state_ == State::kReading) Parse();
  Read();
}

void Session::Parse() {
  while (state_ == State::kReading && !in_.empty() && !body_ignored_) {
    Error error;
    const size_t used = parser_->put(asio::buffer(in_), error);
    in_.erase(0, used);
    if (error && error != http::error::need_more) return Refuse(error);
    if (!head_ && parser_->is_header_done()) OnHeader();
    if (upload_ && parser_->get().body().next != Upload::Next::kRead) return OnUploadFault();
    if (parser_->is_done()) return OnRequest();
    if (used == 0) return;
  }
}

void Session::OnHeader() {
  head_ = HeadOf(parser_->get());
  upload_ = shared_.router.BeginUpload(*head_);
  RequestBody::value_type& body = parser_->get().body();
  body.upload = upload_.get();
  body.limit = upload_ ? shared_.options.max_file_bytes + kMaxFormBytes
                       : static_cast<int64_t>(shared_.options.max_request_bytes);
  parser_->eager(true);
  began_ = steady_clock::now();
  Continue100();
}

// The upload's script has something else in mind than its end.
void Session::OnUploadFault() {
  body_ignored_ = true;
  switch (parser_->get().body().next) {
    case Upload::Next::kReset:
      shared_.stats.Update([](Stats& stats) { ++stats.faults; });
      return Reset();
    case Upload::Next::kAnswer:
      // The rest of the body is still to come: the connection cannot be used again.
      return Answer(shared_.router.Route(*head_, upload_.get()), false, /*keep_alive=*/false);
    default:
      shared_.stats.Update([](Stats& stats) { ++stats.faults; });
      return;  // no byte is read any more
  }
}

void Session::Continue100() {
  const auto expect = parser_->get()[http::field::expect];
  if (Lower({expect.data(), expect.size()}) != "100-continue") return;
  // Nothing else is being written now, and so few bytes always fit.
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  Error ignored;
  socket_.write_some(asio::buffer(kContinue), ignored);
}

void Session::OnRequest() {
  const bool http10 = parser_->get().version() < 11;
  const bool keep_alive = parser_->get().keep_alive();
  Recorded request = std::move(*head_);
  request.body = std::move(parser_->get().body().text);
  shared_.stats.Update([](Stats& stats) { ++stats.requests; });
  if (AsksForRealtime(request)) return Upgrade(std::move(request));
  auto answer = shared_.router.Route(request, upload_.get());
  // Recorded before the answer begins: who has the answer finds the request.
  shared_.log.Add(std::move(request));
  Answer(std::move(answer), http10, keep_alive);
}

void Session::Upgrade(Recorded request) {
  const RealtimeShared shared{shared_.options, shared_.rules, shared_.stats, shared_.log};
  RealtimeAsked asked = AskRealtime(request, shared);
  shared_.log.Add(request);
  if (asked.refusal) return Answer(std::move(*asked.refusal), false, /*keep_alive=*/false);
  Error ignored;
  timer_.cancel();
  // A read of this session's may be pending: it ends, and the socket goes on without it.
  socket_.cancel(ignored);
  state_ = State::kClosed;
  ServeRealtime(std::move(socket_), request, std::move(asked), shared);
}

void Session::Refuse(const Error& error) {
  ApiError refusal = BadRequest("The request is not valid HTTP.", {}, {});
  if (error == http::error::body_limit) {
    refusal = ErrorOfStatus(413, "", "");
  } else if (error == http::error::header_limit) {
    refusal.status = 431;
    refusal.message = "Request header fields are too large.";
  }
  in_.clear();
  Answer(shared_.router.Refuse(std::move(refusal)), false, /*keep_alive=*/false);
}

void Session::Answer(simulator::Answer answer, bool http10, bool keep_alive) {
  state_ = State::kAnswering;
  sent_any_ = false;
  began_ = steady_clock::now();
  steps_.emplace(std::move(answer), http10, keep_alive);
  if (steps_->is_stream()) {
    shared_.stats.Update([](Stats& stats) {
      ++stats.open_streams;
      stats.peak_open_streams = std::max(stats.peak_open_streams, stats.open_streams);
    });
  }
  Advance();
}

void Session::Advance() {
  step_ = steps_->Next();
  const auto due = began_ + step_.due;
  if (step_.due.count() == 0 || due <= steady_clock::now()) return Write();
  timer_.expires_at(due);
  timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error && self->state_ == State::kAnswering) self->Write();
  });
}

void Session::Write() {
  if (step_.bytes.empty()) return AfterStep();
  shared_.stats.Update([&](Stats& stats) { stats.bytes_pending += step_.bytes.size(); });
  asio::async_write(socket_, asio::buffer(step_.bytes),
                    [self = shared_from_this()](const Error& error, size_t size) {
                      self->OnWritten(error, size);
                    });
}

void Session::OnWritten(const Error& error, size_t size) {
  shared_.stats.Update([&](Stats& stats) {
    stats.bytes_pending -= step_.bytes.size();
    stats.bytes_out += size;
  });
  sent_any_ = sent_any_ || size > 0;
  if (state_ != State::kAnswering) return;
  if (error) return OnPeerGone();
  AfterStep();
}

void Session::AfterStep() {
  switch (step_.after) {
    case After::kContinue:
      return Advance();
    case After::kDone:
      EndAnswer();
      return AwaitRequest();
    case After::kClose:
      EndAnswer();
      return Drain();
    case After::kReset:
      shared_.stats.Update([](Stats& stats) { ++stats.faults; });
      return Reset();
    case After::kStall:
      shared_.stats.Update([](Stats& stats) { ++stats.faults; });
      return;  // the pending read ends it
  }
}

void Session::EndAnswer() {
  shared_.stats.Update([&](Stats& stats) {
    ++stats.completed;
    if (steps_->status() >= 400) ++stats.errors;
    if (steps_->is_stream()) --stats.open_streams;
  });
  steps_.reset();
}

void Session::OnPeerGone() {
  if (state_ == State::kAnswering) {
    shared_.stats.Update([&](Stats& stats) {
      ++stats.aborts;
      ++(sent_any_ ? stats.aborts_mid_answer : stats.aborts_before_first_byte);
      stats.last_abort = steady_clock::now();
    });
  }
  Close();
}

// Closing at once would reset the connection if request bytes are unread, and the reset can
// overtake the answer.
void Session::Drain() {
  state_ = State::kDraining;
  in_.clear();
  Error ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  timer_.expires_after(kMaxDrain);
  timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error) self->Close();
  });
  Read();
}

void Session::Reset() {
  Error ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  Close();
}

void Session::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  Error ignored;
  timer_.cancel();
  read_timer_.cancel();
  socket_.close(ignored);
}

}  // namespace inferwire::simulator
