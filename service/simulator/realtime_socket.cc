// The only file that sees Beast's WebSockets: they take half a minute to compile.
#include "simulator/realtime_socket.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>

#include "simulator/realtime_model.h"

namespace inferwire::simulator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using std::chrono::steady_clock;
using Error = boost::system::error_code;

constexpr uint16_t kPlainClose = 1000;

class RealtimeSocket : public std::enable_shared_from_this<RealtimeSocket> {
 public:
  RealtimeSocket(asio::ip::tcp::socket socket, RealtimeAsked asked, const RealtimeShared& shared)
      : ws_(std::move(socket)),
        write_timer_(ws_.get_executor()),
        limit_timer_(ws_.get_executor()),
        ping_timer_(ws_.get_executor()),
        behavior_(asked.behavior),
        shared_(shared),
        model_(asked.model, asked.behavior, shared.options.seed, Now(shared)) {
    ws_.read_message_max(shared.options.max_request_bytes);
    ws_.text(true);
    ws_.auto_fragment(false);
    shared_.stats.Update([](Stats& stats) {
      ++stats.open_connections, ++stats.open_streams;
      stats.peak_open_streams = std::max(stats.peak_open_streams, stats.open_streams);
    });
  }
  ~RealtimeSocket() {
    shared_.stats.Update([&](Stats& stats) {
      --stats.open_connections, --stats.open_streams;
      if (said_goodbye_) {
        ++stats.completed;
      } else if (broke_off_) {
        ++stats.faults;
      } else {
        ++stats.aborts, ++stats.aborts_mid_answer;
        stats.last_abort = steady_clock::now();
      }
    });
  }

  void Start(const Recorded& request) {
    request_.method(beast::http::verb::get);
    request_.target(request.path);
    request_.version(11);
    for (const auto& [name, value] : request.headers) request_.set(name, value);
    if (behavior_.realtime.bad_accept) return SayBadAccept();
    ws_.async_accept(request_, [self = shared_from_this()](const Error& error) {
      if (!error) self->OnOpen();
    });
  }

 private:
  static int64_t Now(const RealtimeShared& shared) {
    if (shared.options.fixed_created) return *shared.options.fixed_created;
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  void SayBadAccept() {
    raw_ =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
    WriteRaw();
  }

  void OnOpen() {
    Queue(model_.Begin());
    Read();
    const RealtimeScript& script = behavior_.realtime;
    if (script.session_limit) {
      limit_timer_.expires_after(*script.session_limit);
      limit_timer_.async_wait([self = shared_from_this()](const Error& error) {
        if (error) return;
        self->Queue(self->model_.Expired());
        self->close_at_end_ = 1001;
        self->WriteNext();
      });
    }
    if (script.ping) Ping();
  }

  void Ping() {
    ping_timer_.expires_after(*behavior_.realtime.ping);
    ping_timer_.async_wait([self = shared_from_this()](const Error& error) {
      if (error) return;
      self->ws_.async_ping({}, [self](const Error& failed) {
        if (!failed) self->Ping();
      });
    });
  }

  void Read() {
    ws_.async_read(in_, [self = shared_from_this()](const Error& error, size_t size) {
      if (error) return self->OnGone(error);
      self->shared_.stats.Update([&](Stats& stats) { stats.bytes_in += size; });
      const std::string text(static_cast<const char*>(self->in_.data().data()), self->in_.size());
      self->in_.consume(self->in_.size());
      self->shared_.log.Add({.method = "WS", .path = "/v1/realtime", .body = text});
      auto events = self->model_.Take(text);
      if (self->model_.TakeCancelled()) {
        std::erase_if(self->queue_, [](const Pending& each) { return each.event.of_response; });
      }
      self->Queue(std::move(events));
      self->Read();
    });
  }

  void OnGone(const Error& error) {
    said_goodbye_ = error == websocket::error::closed;
    over_ = true;
    limit_timer_.cancel();
    ping_timer_.cancel();
    write_timer_.cancel();
  }

  struct Pending {
    RealtimeEvent event;
    steady_clock::time_point due;
  };

  void Queue(RealtimeModel::Events events) {
    const auto now = steady_clock::now();
    for (RealtimeEvent& event : events) {
      const auto due = now + event.after;
      queue_.push_back({std::move(event), due});
    }
    WriteNext();
  }

  bool Stalls() const {
    return (behavior_.stall && sent_ > 0) ||
           (behavior_.stall_after && sent_ > *behavior_.stall_after);
  }

  void WriteNext() {
    if (writing_ || over_ || Stalls()) return;
    const RealtimeScript& script = behavior_.realtime;
    if (script.kill_after && sent_ >= *script.kill_after) return Kill();
    if (script.close_after ? sent_ >= *script.close_after : script.close && sent_ > 0) {
      return Close(static_cast<uint16_t>(script.close.value_or(kPlainClose)));
    }
    if (sent_ == 1 && (script.reserved_bit || script.masked)) {
      raw_ = script.masked ? std::string("\x81\x81mmmm\x1a", 7) : std::string("\xc1\x01x", 3);
      return WriteRaw();
    }
    if (queue_.empty()) {
      if (close_at_end_ != 0) Close(close_at_end_);
      return;
    }
    writing_ = true;
    if (queue_.front().due > steady_clock::now()) {
      write_timer_.expires_at(queue_.front().due);
      write_timer_.async_wait([self = shared_from_this()](const Error&) {
        self->writing_ = false;
        if (!self->over_) self->WriteDue();
      });
      return;
    }
    writing_ = false;
    WriteDue();
  }

  // What waited may have been dropped meanwhile.
  void WriteDue() {
    if (queue_.empty() || queue_.front().due > steady_clock::now()) return WriteNext();
    writing_ = true;
    text_ = queue_.front().event.Text();
    if (text_.starts_with(R"({"type":"response.done")")) model_.ResponseSent();
    queue_.pop_front();
    const RealtimeScript& script = behavior_.realtime;
    ws_.binary(script.binary && sent_ == 1);
    left_ = asio::buffer(text_);
    pieces_ = static_cast<size_t>(script.fragment.value_or(1));
    shared_.stats.Update([&](Stats& stats) { stats.bytes_pending += text_.size(); });
    WritePiece();
  }

  void WritePiece() {
    const size_t size =
        pieces_ > 1 ? std::min(left_.size(), text_.size() / pieces_ + 1) : left_.size();
    const bool last = size == left_.size();
    ws_.async_write_some(last, asio::buffer(left_, size),
                         [self = shared_from_this(), last](const Error& error, size_t written) {
                           self->left_ += written;
                           if (error || self->over_) return self->OnWritten();
                           if (!last || self->left_.size() > 0) return self->WritePiece();
                           self->OnWritten();
                         });
  }

  void OnWritten() {
    writing_ = false;
    ++sent_;
    shared_.stats.Update([&](Stats& stats) {
      stats.bytes_pending -= text_.size();
      stats.bytes_out += text_.size();
    });
    WriteNext();
  }

  void Close(uint16_t code) {
    if (std::exchange(writing_, true)) return;
    ws_.async_close(
        websocket::close_reason(static_cast<websocket::close_code>(code), "as the script says"),
        [self = shared_from_this()](const Error&) {
          self->said_goodbye_ = true;
          self->over_ = true;
        });
  }

  void Kill() {
    Error ignored;
    broke_off_ = over_ = true;
    ws_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    ws_.next_layer().close(ignored);
  }

  // Bytes that no server may send.
  void WriteRaw() {
    writing_ = broke_off_ = true;
    asio::async_write(ws_.next_layer(), asio::buffer(raw_),
                      [self = shared_from_this()](const Error&, size_t) {});
  }

  websocket::stream<asio::ip::tcp::socket> ws_;
  asio::steady_timer write_timer_, limit_timer_, ping_timer_;
  const Behavior behavior_;
  const RealtimeShared shared_;
  RealtimeModel model_;
  beast::http::request<beast::http::string_body> request_;
  beast::flat_buffer in_;
  std::deque<Pending> queue_;
  std::string text_, raw_;
  asio::const_buffer left_;
  size_t pieces_ = 1;
  int64_t sent_ = 0;
  uint16_t close_at_end_ = 0;
  bool writing_ = false, over_ = false, said_goodbye_ = false, broke_off_ = false;
};

}  // namespace

void ServeRealtime(asio::ip::tcp::socket socket, const Recorded& request, RealtimeAsked asked,
                   const RealtimeShared& shared) {
  std::make_shared<RealtimeSocket>(std::move(socket), std::move(asked), shared)->Start(request);
}

}  // namespace inferwire::simulator
