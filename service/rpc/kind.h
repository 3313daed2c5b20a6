// Which sides of an RPC send more messages than one.
#pragma once

#include <string_view>

namespace inferwire::rpc {

enum class Kind { kUnary, kClientStream, kServerStream, kBidiStream };

// As in the label grpc_type of grpc_server_*.
constexpr std::string_view Name(Kind kind) {
  switch (kind) {
    case Kind::kUnary:
      return "unary";
    case Kind::kClientStream:
      return "client_stream";
    case Kind::kServerStream:
      return "server_stream";
    case Kind::kBidiStream:
      break;
  }
  return "bidi_stream";
}

constexpr bool ReadsStream(Kind kind) {
  return kind == Kind::kClientStream || kind == Kind::kBidiStream;
}

}  // namespace inferwire::rpc
