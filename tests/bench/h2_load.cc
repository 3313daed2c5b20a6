// h2_load HOST:PORT: the calls of grpc_load, spoken by nghttp2 instead of a gRPC client, which
// costs several times what the gateway's peers are measured with. One thread, epoll.
#include <arpa/inet.h>
#include <google/protobuf/arena.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arrivals.h"
#include "load_options.h"
#include "load_params.h"

namespace llmgate::bench {
namespace {

using Clock = Arrivals::Clock;
constexpr int32_t kWindow = 16 << 20;  // what a server may send before we have read it
constexpr size_t kFrameHead = 5;       // of a gRPC message: compressed or not, its length

// What every call sends: its path, and its message in gRPC's frame.
struct Request {
  std::string path, authority, frame;

  explicit Request(const LoadOptions& options) : authority(options.target) {
    std::string message;
    if (options.mode == "health") {
      path = "/grpc.health.v1.Health/Check";
    } else if (options.mode == "stream") {
      path = "/llmgate.v1.ChatService/StreamComplete";
      message = MessageOf<v1::StreamCompleteRequest>(options);
    } else {
      path = "/llmgate.v1.ChatService/Complete";
      message = MessageOf<v1::CompleteRequest>(options);
    }
    const uint32_t size = htonl(static_cast<uint32_t>(message.size()));
    frame.push_back(0);
    frame.append(reinterpret_cast<const char*>(&size), sizeof(size));
    frame += message;
  }

 private:
  template <typename Message>
  static std::string MessageOf(const LoadOptions& options) {
    Message request;
    *request.mutable_params() = ParamsOf(options);
    return request.SerializeAsString();
  }
};

// One call: how much of the request is sent, and what has arrived.
struct Call {
  Clock::time_point intended, last_chunk;
  size_t sent = 0;
  std::string in;  // messages that are not whole yet
  std::string status;
  int chunks = 0;
  bool completed = false;
};

class H2Load;

// One connection: its socket, nghttp2's session, and what waits to be sent.
class Connection {
 public:
  Connection(H2Load& load, int socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }
  void Begin(Clock::time_point intended);
  // False: the connection has ended.
  bool Read();
  void Write();

 private:
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t flags,
                      void* self);
  static int OnData(nghttp2_session* session, uint8_t flags, int32_t stream, const uint8_t* data,
                    size_t size, void* self);
  static int OnClose(nghttp2_session* session, int32_t stream, uint32_t error, void* self);
  static ssize_t ReadRequest(nghttp2_session* session, int32_t stream, uint8_t* to, size_t room,
                             uint32_t* flags, nghttp2_data_source* source, void* self);

  H2Load& load_;
  const int socket_;
  nghttp2_session* session_ = nullptr;
  std::string out_;
  std::array<char, 64 * 1024> buffer_;
};

class H2Load {
 public:
  explicit H2Load(const LoadOptions& options) : options_(options), request_(options) {}
  ~H2Load() { close(epoll_); }
  H2Load(const H2Load&) = delete;
  H2Load& operator=(const H2Load&) = delete;

  const Request& request() const { return request_; }
  bool Connect();
  LoadResult Run();
  void TakeMessage(Call& call, std::string_view message);
  void End(std::unique_ptr<Call> call);

 private:
  void Begin(Clock::time_point intended) {
    ++live_;
    connections_[started_++ % connections_.size()]->Begin(intended);
  }

  const LoadOptions& options_;
  const Request request_;
  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> connections_;
  size_t started_ = 0;
  int live_ = 0, ended_ = 0;
  google::protobuf::Arena arena_;
  LoadResult result_;
};

Connection::Connection(H2Load& load, int socket) : load_(load), socket_(socket) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindow);
  Write();
}

Connection::~Connection() {
  nghttp2_session_del(session_);
  close(socket_);
}

void Connection::Begin(Clock::time_point intended) {
  const auto header = [](std::string_view name, std::string_view value) {
    return nghttp2_nv{reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                      reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                      value.size(), NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
  };
  const std::array headers = {header(":method", "POST"),
                              header(":scheme", "http"),
                              header(":path", load_.request().path),
                              header(":authority", load_.request().authority),
                              header("te", "trailers"),
                              header("content-type", "application/grpc"),
                              header("user-agent", "h2_load"),
                              header("grpc-timeout", "300S")};
  auto call = std::make_unique<Call>();
  call->intended = intended;
  nghttp2_data_provider body{};
  body.source.ptr = call.get();
  body.read_callback = ReadRequest;
  nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, call.release());
}

ssize_t Connection::ReadRequest(nghttp2_session*, int32_t, uint8_t* to, size_t room,
                                uint32_t* flags, nghttp2_data_source* source, void* self) {
  Call& call = *static_cast<Call*>(source->ptr);
  const std::string& frame = static_cast<Connection*>(self)->load_.request().frame;
  const size_t part = std::min(room, frame.size() - call.sent);
  std::memcpy(to, frame.data() + call.sent, part);
  call.sent += part;
  if (call.sent == frame.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(part);
}

int Connection::OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void*) {
  const std::string_view key(reinterpret_cast<const char*>(name), name_size);
  auto* const call =
      static_cast<Call*>(nghttp2_session_get_stream_user_data(session, frame->hd.stream_id));
  if (call != nullptr && key == "grpc-status") {
    call->status.assign(reinterpret_cast<const char*>(value), value_size);
  }
  return 0;
}

int Connection::OnData(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* data,
                       size_t size, void* self) {
  auto* const call = static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream));
  if (call == nullptr) return 0;
  call->in.append(reinterpret_cast<const char*>(data), size);
  size_t at = 0;
  while (call->in.size() - at >= kFrameHead) {
    uint32_t length = 0;
    std::memcpy(&length, call->in.data() + at + 1, sizeof(length));
    length = ntohl(length);
    if (call->in.size() - at - kFrameHead < length) break;
    static_cast<Connection*>(self)->load_.TakeMessage(
        *call, std::string_view(call->in).substr(at + kFrameHead, length));
    at += kFrameHead + length;
  }
  call->in.erase(0, at);
  return 0;
}

int Connection::OnClose(nghttp2_session* session, int32_t stream, uint32_t error, void* self) {
  std::unique_ptr<Call> call(
      static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream)));
  if (call == nullptr) return 0;
  if (error != NGHTTP2_NO_ERROR) call->status = nghttp2_http2_strerror(error);
  static_cast<Connection*>(self)->load_.End(std::move(call));
  return 0;
}

bool Connection::Read() {
  while (true) {
    const ssize_t got = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) return false;
    const auto* const bytes = reinterpret_cast<const uint8_t*>(buffer_.data());
    if (nghttp2_session_mem_recv(session_, bytes, static_cast<size_t>(got)) != got) return false;
    if (static_cast<size_t>(got) < buffer_.size()) return true;
  }
}

// What does not fit is kept, and no more is asked of nghttp2 until it has gone.
void Connection::Write() {
  while (true) {
    const uint8_t* data = nullptr;
    while (out_.size() < buffer_.size()) {
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size <= 0) break;
      out_.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    if (out_.empty()) return;
    const ssize_t sent = send(socket_, out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return;
    out_.erase(0, static_cast<size_t>(sent));
  }
}

bool H2Load::Connect() {
  const size_t colon = options_.target.find(':');
  if (colon == std::string::npos) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  uint16_t port = 0;
  std::from_chars(options_.target.data() + colon + 1,
                  options_.target.data() + options_.target.size(), port);
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, options_.target.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    return false;
  }
  for (int i = 0; i < options_.connections; ++i) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      close(descriptor);
      return false;
    }
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    connections_.push_back(std::make_unique<Connection>(*this, descriptor));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = connections_.back().get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }
  return true;
}

void H2Load::TakeMessage(Call& call, std::string_view message) {
  const auto now = Clock::now();
  if (options_.mode == "health") {
    call.completed = !message.empty();
    return;
  }
  arena_.Reset();
  if (options_.mode == "unary") {
    auto* const response = google::protobuf::Arena::CreateMessage<v1::CompleteResponse>(&arena_);
    call.completed = response->ParseFromArray(message.data(), static_cast<int>(message.size())) &&
                     response->has_completion();
    return;
  }
  auto* const event = google::protobuf::Arena::CreateMessage<v1::StreamCompleteResponse>(&arena_);
  if (!event->ParseFromArray(message.data(), static_cast<int>(message.size()))) return;
  call.completed = event->has_completed();
  if (!event->has_chunk()) return;
  if (++call.chunks == 1) {
    result_.first_chunk.Add(Microseconds(now - call.intended));
  } else {
    result_.gap.Add(Microseconds(now - call.last_chunk));
  }
  call.last_chunk = now;
  ++result_.chunks;
}

void H2Load::End(std::unique_ptr<Call> call) {
  const bool good = call->status == "0" && call->completed;
  ++(good ? result_.good : result_.bad);
  if (!good) result_.error = "grpc-status " + call->status;
  (good ? result_.latency : result_.rejection).Add(Microseconds(Clock::now() - call->intended));
  --live_;
  ++ended_;
}

LoadResult H2Load::Run() {
  Arrivals arrivals(options_);
  const Measurement measurement(options_);
  if (!arrivals.open_loop()) {
    for (int i = 0; i < options_.in_flight; ++i) Begin(Clock::now());
  }
  std::array<epoll_event, 256> events;
  auto sample = Clock::now();
  while (true) {
    if (arrivals.open_loop()) {
      while (const auto intended = arrivals.Take()) Begin(*intended);
    } else if (!arrivals.over()) {
      for (; ended_ > 0; --ended_) Begin(Clock::now());
    }
    ended_ = 0;
    for (const auto& connection : connections_) connection->Write();
    const auto now = Clock::now();
    if (now > sample) {
      measurement.Sample(result_);
      sample = now + std::chrono::milliseconds(100);
    }
    const bool more = !arrivals.over();
    if (live_ == 0 && !more) break;
    const auto wait = arrivals.open_loop() && more ? arrivals.next() - now : sample - now;
    const auto nanoseconds = std::max<int64_t>(0, std::chrono::nanoseconds(wait).count());
    const timespec timeout{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
      if (!static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr)->Read()) {
        result_.error = "connection closed";
        result_.bad += static_cast<uint64_t>(live_);
        measurement.Finish(result_);
        return std::move(result_);
      }
    }
  }
  measurement.Finish(result_);
  return std::move(result_);
}

}  // namespace
}  // namespace llmgate::bench

int main(int argc, char** argv) {
  using namespace llmgate::bench;  // NOLINT(google-build-using-namespace)
  const auto options = ReadLoadOptions(argc, argv);
  if (!options) return 2;
  H2Load load(*options);
  if (!load.Connect()) {
    std::fprintf(stderr, "h2_load: no connection to %s\n", options->target.c_str());
    return 1;
  }
  const LoadResult result = load.Run();
  Print(*options, result);
  return result.good == 0;
}
