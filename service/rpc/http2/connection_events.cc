// What nghttp2 says of a connection's frames.
#include <memory>
#include <string_view>
#include <utility>

#include "rpc/http2/connection.h"
#include "rpc/http2/host.h"

namespace inferwire::rpc::http2 {
namespace {

// Window updates of the stream and of the connection, and a ping.
constexpr int64_t kEarnedByFrame = 3;
constexpr size_t kSmallData = 64;

std::string_view Text(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

Connection& Self(void* self) { return *static_cast<Connection*>(self); }

}  // namespace

const nghttp2_session_callbacks* Connection::Callbacks() {
  static const nghttp2_session_callbacks* const all = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_begin_frame_callback(made, OnBeginFrame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnData);
    nghttp2_session_callbacks_set_unpack_extension_callback(made, OnUnknown);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, OnSent);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, OnStreamClose);
    return made;
  }();
  return all;
}

// nghttp2 passes over headers on closed streams, for they may have been on their way. Where they
// cannot have been, the caller has lost count.
int Connection::OnBeginFrame(nghttp2_session*, const nghttp2_frame_hd* frame, void* self) {
  Connection& connection = Self(self);
  const int32_t id = frame->stream_id;
  if (frame->type != NGHTTP2_HEADERS) return 0;
  if (id > connection.ids_.newest()) {
    connection.ids_.Open(id);
  } else if (!connection.Find(id)) {
    switch (connection.ids_.Of(id)) {
      case StreamIds::State::kUnknown:
        break;
      case StreamIds::State::kEnded:
        connection.Fail(telemetry::ConnectionFailure::kProtocol, NGHTTP2_STREAM_CLOSED);
        break;
      case StreamIds::State::kNeverOpened:
        connection.Fail(telemetry::ConnectionFailure::kProtocol, NGHTTP2_PROTOCOL_ERROR);
        break;
    }
  }
  return 0;
}

int Connection::OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
  Connection& connection = Self(self);
  connection.block_ = 0;
  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  if (!connection.host_.Admits(connection.share_, connection.line_)) return 0;  // OnFrame says so
  auto* const stream = new Stream(connection, frame->hd.stream_id, connection.host_.Now());
  connection.streams_.push_back(*stream);
  connection.waiting_.push_back(*stream);
  nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
  return 0;
}

int Connection::OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void* self) {
  Connection& connection = Self(self);
  // A byte can stand for 4 KiB: nghttp2 checks each of them, until it is told that they are in
  // vain.
  connection.block_ += name_size + value_size;
  if (connection.block_ > connection.host_.limits().header_block) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  Stream* const stream = connection.Find(frame->hd.stream_id);
  if (stream && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    stream->headers().Take(Text(name, name_size), Text(value, value_size));
  }
  return 0;
}

int Connection::OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
  Connection& connection = Self(self);
  connection.spoke_ = true;
  const bool end = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                   (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  Stream* const stream = frame->hd.stream_id > 0 ? connection.Find(frame->hd.stream_id) : nullptr;
  if (end || frame->hd.type == NGHTTP2_RST_STREAM) connection.ids_.End(frame->hd.stream_id);
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
      if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        if (stream && connection.host_.Admits(stream->headers().priority())) {
          connection.OnRequest(*stream, end);
        } else {
          if (stream) connection.Forget(*stream);
          connection.host_.refusal().Submit(*session, frame->hd.stream_id);
        }
      } else if (stream && end) {
        stream->OnHalfClose();
        connection.EnqueueIfReady(*stream);
      }
      break;
    case NGHTTP2_DATA:
      connection.OnDataFrame(*frame, stream);
      break;
    case NGHTTP2_SETTINGS:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
        connection.OnIdleFrame(connection.host_.limits().settings_weight);
      }
      break;
    case NGHTTP2_PING:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) connection.OnPing();
      break;
    default:
      connection.OnIdleFrame();
  }
  return 0;
}

void Connection::OnDataFrame(const nghttp2_frame& frame, Stream* stream) {
  const bool end = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const size_t size = frame.hd.length - frame.data.padlen;
  if (!end && size < kSmallData && (size == 0 || !stream || stream->inside_message())) {
    OnIdleFrame();
  }
  if (!stream || !end) return;
  stream->OnHalfClose();
  EnqueueIfReady(*stream);
}

// Of a type that nobody knows: without this nghttp2 would not tell of it.
int Connection::OnUnknown(nghttp2_session*, void** payload, const nghttp2_frame_hd*, void*) {
  *payload = nullptr;
  return 0;
}

// It is over, or is answered without it.
void Connection::Forget(Stream& stream) {
  nghttp2_session_set_stream_user_data(session_, stream.id(), nullptr);
  stream.Unlink();
  if (streams_.empty()) idle_since_ = host_.Now();
  stream.OnClosed();
}

void Connection::OnRequest(Stream& stream, bool end) {
  const RequestHeaders& headers = stream.headers();
  if (const int status = headers.HttpStatus(); status != 200) {
    stream.RefuseHttp(status);
  } else if (const auto refusal = headers.Refusal()) {
    stream.Refuse(*refusal);
  } else if (const Route* const route = host_.Find(headers.path())) {
    stream.Accept(*route, host_.WallNow());
  } else {
    stream.Refuse({grpc::StatusCode::UNIMPLEMENTED, "there is no such method"});
  }
  if (end) stream.OnHalfClose();
  EnqueueIfReady(stream);
}

void Connection::EnqueueIfReady(Stream& stream) {
  if (!stream.ready()) return;
  stream.in_waiting.unlink();
  host_.queue().Add(line_, stream, host_.Now());
}

int Connection::OnData(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data,
                       size_t size, void* self) {
  Connection& connection = Self(self);
  Stream* const stream = connection.Find(id);
  if (!stream) {
    nghttp2_session_consume(session, id, size);
    return 0;
  }
  stream->TakeData(Text(data, size));
  return 0;
}

int Connection::OnSent(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
  Connection& connection = Self(self);
  if (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) {
    // As gRPC's servers count them: pings between answers measure the way, they keep nothing alive.
    connection.early_pings_ = 0;
    connection.last_ping_.reset();
    connection.frames_.Earn(kEarnedByFrame);
  }
  if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
    // Unless it was said already, nghttp2 has found a fault.
    if (!std::exchange(connection.failed_, true)) {
      connection.GiveUp(telemetry::ConnectionFailure::kProtocol);
    }
  }
  const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame->hd.type != NGHTTP2_HEADERS || !end) return 0;
  const int32_t id = frame->hd.stream_id;
  if (Stream* const stream = connection.Find(id)) stream->OnEndSent();
  // What the caller still has to say changes nothing.
  if (nghttp2_session_get_stream_remote_close(session, id) == 0) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

int Connection::OnStreamClose(nghttp2_session*, int32_t id, uint32_t code, void* self) {
  Connection& connection = Self(self);
  Stream* const stream = connection.Find(id);
  if (!stream) return 0;
  if (stream->ends_well()) {
    connection.resets_.Earn(1);
  } else if (code != NGHTTP2_NO_ERROR) {
    connection.OnBadEnd();
  }
  connection.Forget(*stream);
  return 0;
}

}  // namespace inferwire::rpc::http2
