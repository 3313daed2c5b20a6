#include "h2_connection.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace inferwire::bench {
namespace {

constexpr int32_t kWindow = 16 << 20;  // what a server may send before we have read it
constexpr size_t kFrameHead = 5;

nghttp2_nv Header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

}  // namespace

std::string GrpcFrame(std::string_view message) {
  const uint32_t size = htonl(static_cast<uint32_t>(message.size()));
  std::string frame(1, '\0');
  frame.append(reinterpret_cast<const char*>(&size), sizeof(size));
  return frame.append(message);
}

struct H2Connection::Stream {
  std::unique_ptr<Call> call;
  size_t sent = 0;     // of the request
  std::string in;      // messages that are not whole yet
  std::string status;  // grpc-status
};

H2Connection::H2Connection(int socket, const GrpcRequest& request)
    : socket_(socket), request_(request) {
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
}

H2Connection::~H2Connection() {
  nghttp2_session_del(session_);
  close(socket_);
}

int32_t H2Connection::Begin(std::unique_ptr<Call> call) {
  // The last one only where there is a priority.
  const std::array headers = {Header(":method", "POST"),
                              Header(":scheme", "http"),
                              Header(":path", request_.path),
                              Header(":authority", request_.authority),
                              Header("te", "trailers"),
                              Header("content-type", "application/grpc"),
                              Header("user-agent", "h2_load"),
                              Header("grpc-timeout", "300S"),
                              Header("inferwire-priority", request_.priority)};
  const size_t count = headers.size() - (request_.priority.empty() ? 1 : 0);
  auto stream = std::make_unique<Stream>();
  stream->call = std::move(call);
  nghttp2_data_provider body{};
  body.source.ptr = stream.get();
  body.read_callback = ReadRequest;
  const int32_t id =
      nghttp2_submit_request(session_, nullptr, headers.data(), count, &body, stream.get());
  if (id < 0) {
    stream->call->OnEnd(nghttp2_strerror(id));
    return 0;
  }
  streams_.emplace(id, std::move(stream));
  return id;
}

void H2Connection::Cancel(int32_t id) {
  if (!streams_.contains(id)) return;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
}

H2Connection::Stream* H2Connection::Find(nghttp2_session* session, int32_t id) {
  return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session, id));
}

ssize_t H2Connection::ReadRequest(nghttp2_session*, int32_t, uint8_t* to, size_t room,
                                  uint32_t* flags, nghttp2_data_source* source, void* self) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::string& frame = static_cast<H2Connection*>(self)->request_.frame;
  const size_t part = std::min(room, frame.size() - stream.sent);
  std::memcpy(to, frame.data() + stream.sent, part);
  stream.sent += part;
  if (stream.sent == frame.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(part);
}

int H2Connection::OnHeader(nghttp2_session* session, const nghttp2_frame* frame,
                           const uint8_t* name, size_t name_size, const uint8_t* value,
                           size_t value_size, uint8_t, void*) {
  Stream* const stream = Find(session, frame->hd.stream_id);
  const std::string_view key(reinterpret_cast<const char*>(name), name_size);
  if (stream != nullptr && key == "grpc-status") {
    stream->status.assign(reinterpret_cast<const char*>(value), value_size);
  }
  return 0;
}

int H2Connection::OnData(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data,
                         size_t size, void*) {
  Stream* const stream = Find(session, id);
  if (stream == nullptr) return 0;
  std::string& in = stream->in;
  in.append(reinterpret_cast<const char*>(data), size);
  size_t at = 0;
  while (in.size() - at >= kFrameHead) {
    uint32_t length = 0;
    std::memcpy(&length, in.data() + at + 1, sizeof(length));
    length = ntohl(length);
    if (in.size() - at - kFrameHead < length) break;
    stream->call->OnMessage(std::string_view(in).substr(at + kFrameHead, length));
    at += kFrameHead + length;
  }
  in.erase(0, at);
  return 0;
}

int H2Connection::OnClose(nghttp2_session*, int32_t id, uint32_t error, void* self) {
  const auto ended = static_cast<H2Connection*>(self)->streams_.extract(id);
  if (ended.empty()) return 0;
  Stream& stream = *ended.mapped();
  if (error != NGHTTP2_NO_ERROR) stream.status = nghttp2_http2_strerror(error);
  stream.call->OnEnd(stream.status);
  return 0;
}

bool H2Connection::Read() {
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
void H2Connection::Write() {
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

}  // namespace inferwire::bench
