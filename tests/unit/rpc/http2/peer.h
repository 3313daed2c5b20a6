// A caller on the other end of a socket, with nghttp2's own client session, and the host of a loop
// that the test turns by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <nghttp2/nghttp2.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framed.h"
#include "rpc/http2/host.h"
#include "support/manual_clock.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/metrics.h"

namespace inferwire::rpc::http2 {

inline grpc::ByteBuffer MessageOf(const std::string& text) {
  grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

// What the server says on one stream.
struct Answer {
  std::map<std::string, std::string> headers;  // and trailers
  std::string data;
  bool ended = false;
  std::optional<uint32_t> closed;  // with this code
};

// The caller. Bytes that it does not read stay in the socket.
class Peer {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit Peer(int fd, uint32_t window = 65535) : fd_(fd) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &settings, 1);
  }
  ~Peer() {
    nghttp2_session_del(session_);
    Hangup();
  }

  void Hangup() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

  // A call; data: as far as it is known. ends: that is all of it.
  int32_t Call(const std::string& path, std::string data, bool ends, const Headers& more = {}) {
    Headers headers = {{":method", "POST"},
                       {":scheme", "http"},
                       {":authority", "test"},
                       {":path", path},
                       {"content-type", "application/grpc"},
                       {"te", "trailers"}};
    for (const auto& header : more) headers.push_back(header);
    return Request(headers, std::move(data), ends);
  }
  int32_t Request(const Headers& headers, std::string data, bool ends) {
    std::vector<nghttp2_nv> values;
    for (const auto& [name, value] : headers) {
      values.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                        reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                        value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    Body& body = *bodies_.emplace_back(std::make_unique<Body>(Body{std::move(data), ends}));
    nghttp2_data_provider provider{};
    provider.source.ptr = &body;
    provider.read_callback = ReadBody;
    const int32_t id =
        nghttp2_submit_request(session_, nullptr, values.data(), values.size(), &provider, nullptr);
    by_stream_[id] = &body;
    return id;
  }
  void Send(int32_t id, std::string_view data, bool ends = false) {
    by_stream_.at(id)->left += data;
    by_stream_.at(id)->ends = ends;
    nghttp2_session_resume_data(session_, id);
  }
  void Reset(int32_t id) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
  void Ping() { nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); }
  nghttp2_session* session() { return session_; }
  // What it sent and the server has not read, as the kernel counts it.
  int Unread() const {
    int bytes = 0;
    EXPECT_EQ(ioctl(fd_, SIOCOUTQ, &bytes), 0);
    return bytes;
  }
  // Past the session: what no library sends.
  void SendRaw(std::string_view bytes) {
    ASSERT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  // Sends what there is to send, and reads what has come. False when the connection is over.
  bool Exchange(bool reads = true) {
    const uint8_t* bytes = nullptr;
    for (ssize_t size; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
      if (send(fd_, bytes, static_cast<size_t>(size), MSG_NOSIGNAL) < 0) return false;
    }
    if (!reads) return true;
    std::array<uint8_t, 65536> buffer;
    for (;;) {
      const ssize_t size = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size == 0) over = true;
      if (size <= 0) return size < 0 && errno == EAGAIN;
      if (nghttp2_session_mem_recv(session_, buffer.data(), static_cast<size_t>(size)) < 0) {
        return false;
      }
    }
  }

  std::map<int32_t, Answer> answers;
  std::vector<uint32_t> goaways;  // their codes
  std::string goaway_text;
  int pings = 0;      // of the server
  bool over = false;  // the server has closed

 private:
  struct Body {
    std::string left;
    bool ends;
  };

  static Peer& Self(void* self) { return *static_cast<Peer*>(self); }
  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t* to, size_t most, uint32_t* flags,
                          nghttp2_data_source* source, void*) {
    Body& body = *static_cast<Body*>(source->ptr);
    const size_t size = std::min(most, body.left.size());
    if (size == 0 && !body.ends) return NGHTTP2_ERR_DEFERRED;
    std::copy_n(body.left.data(), size, to);
    body.left.erase(0, size);
    if (body.left.empty() && body.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }
  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                      void* self) {
    Self(self)
        .answers[frame->hd.stream_id]
        .headers[std::string(reinterpret_cast<const char*>(name), name_size)] =
        std::string(reinterpret_cast<const char*>(value), value_size);
    return 0;
  }
  static int OnData(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size,
                    void* self) {
    Self(self).answers[id].data.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    Peer& peer = Self(self);
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      peer.goaways.push_back(frame->goaway.error_code);
      peer.goaway_text.assign(reinterpret_cast<const char*>(frame->goaway.opaque_data),
                              frame->goaway.opaque_data_len);
    }
    const bool ack = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
    if (frame->hd.type == NGHTTP2_PING && !ack) ++peer.pings;
    const bool ends = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (ends && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      peer.answers[frame->hd.stream_id].ended = true;
    }
    return 0;
  }
  static int OnClose(nghttp2_session*, int32_t id, uint32_t code, void* self) {
    Self(self).answers[id].closed = code;
    return 0;
  }

  int fd_;
  nghttp2_session* session_ = nullptr;
  std::vector<std::unique_ptr<Body>> bodies_;
  std::map<int32_t, Body*> by_stream_;
};

// A call as the test sees it: what its wire was told.
struct Begun {
  std::unique_ptr<Wire> wire;
  bool done = false;

  // Notes how each operation ends.
  class Noted final : public Tag {
   public:
    explicit Noted(std::vector<bool>& to) : to_(to) {}
    void Complete(bool ok) override { to_.push_back(ok); }

   private:
    std::vector<bool>& to_;
  };
  std::vector<bool> reads, writes, finishes;
  Noted read{reads}, write{writes}, finish{finishes};
  grpc::ByteBuffer incoming;
};

// Notes how connections are closed.
class NotedCloser final : public ConnectionCloser {
 public:
  ~NotedCloser() override {
    for (const int fd : open) close(fd);
  }
  void CloseGently(int fd) override {
    ++gently;
    if (lingers) {
      open.push_back(fd);
    } else {
      close(fd);
    }
  }
  void CloseNow(int fd) override {
    ++at_once;
    close(fd);
  }

  int gently = 0, at_once = 0;
  bool lingers = false;
  std::vector<int> open;
};

class Http2Test : public ::testing::Test {
 protected:
  ~Http2Test() override {
    peers.clear();
    if (host) host->CloseAll();
    Turn();
    for (const auto& call : calls) EXPECT_TRUE(call->done) << "a call never heard of its end";
    calls.clear();
    EXPECT_EQ(shared->unfinished.load(), 0);
    EXPECT_EQ(shared->connections.load(), 0u);
  }

  // Before the first peer.
  void Start() {
    Routes routes;
    for (const bool with_message : {true, false}) {
      Route& route = routes[with_message ? "/test/Unary" : "/test/Stream"];
      route.kind = with_message ? Kind::kUnary : Kind::kBidiStream;
      route.begin = [this](std::unique_ptr<Wire> wire) {
        Begun& call = *calls.emplace_back(std::make_unique<Begun>());
        call.wire = std::move(wire);
        call.wire->OnDone([&call] { call.done = true; });
        on_begin();
      };
    }
    const grpc::Status busy(grpc::StatusCode::UNAVAILABLE, "too busy", "details");
    shared = std::make_shared<HostShared>(limits, clock, metrics, closer, &memory, busy, "1000");
    host = std::make_unique<Host>(shared, std::move(routes), 1);
  }
  Peer& NewPeer(uint32_t window = 65535) {
    if (!host) Start();
    std::array<int, 2> fds{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()), 0);
    host->Adopt(fds[0], Ssl(nullptr, SSL_free));
    return *peers.emplace_back(std::make_unique<Peer>(fds[1], window));
  }
  void Turn() {
    if (!host) return;
    if (!overloaded) load = {clock.Now()};
    host->Turn(load);
    host->EndTurn();
  }
  // Until nobody has anything to say.
  void Settle(bool reads = true) {
    for (int i = 0; i < 20; ++i) {
      for (const auto& peer : peers) peer->Exchange(reads);
      Turn();
    }
  }
  void Advance(Duration duration) {
    clock.Advance(duration);
    Settle();
  }
  bool Shows(const std::string& sample) {
    return metrics.Expose().find(sample) != std::string::npos;
  }

  ManualClock clock;
  telemetry::Metrics metrics;
  NotedCloser closer;
  Limits limits;
  gateway::MemoryBudget memory{1 << 30};
  bool overloaded = false;  // the loop has no rest any more
  LoopLoad load{};
  std::shared_ptr<HostShared> shared;
  std::unique_ptr<Host> host;
  std::function<void()> on_begin = [] {};
  std::vector<std::unique_ptr<Begun>> calls;
  std::vector<std::unique_ptr<Peer>> peers;
};

}  // namespace inferwire::rpc::http2
