// What a stream says to who speaks HTTP/2 and no gRPC: a browser, curl, a probe.
#include "rpc/http2/connection.h"
#include "rpc/http2/header_field.h"
#include "rpc/http2/stream.h"

namespace inferwire::rpc::http2 {
namespace {

constexpr std::string_view kNoGrpc =
    "This is a gRPC server: it takes POST requests of the type application/grpc.\n";

}  // namespace

void Stream::RefuseHttp(int status) {
  status_ = grpc::Status(grpc::StatusCode::UNKNOWN, "");
  is_http_ = headers_sent_ = true;
  const std::string code = std::to_string(status);
  const std::string length = std::to_string(kNoGrpc.size());
  HeaderList headers = {Header(":status", code), Constant("content-type", "text/plain"),
                        Header("content-length", length)};
  if (status == kMethodNotAllowed) headers.push_back(Constant("allow", "POST"));
  if (!headers_.is_head()) {
    Part& body = parts_.emplace_back();
    body.slice = grpc::Slice(kNoGrpc.data(), kNoGrpc.size(), grpc::Slice::STATIC_SLICE);
    waiting_ += body.size();
  }
  SubmitAnswer(headers, !headers_.is_head());
}

void Stream::PassOver(size_t bytes) {
  // Its own window stays closed.
  nghttp2_session_consume_connection(connection_->session(), bytes);
  connection_->HasOutput();
}

}  // namespace inferwire::rpc::http2
