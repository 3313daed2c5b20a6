// Messages that are told again: which of them say what the gateway did, and which say so that they
// are a repetition.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

namespace inferwire::rpc {

struct PieceTraits {
  bool has_gateway = false;    // a GatewayInfo, in the message or in its event
  bool of_the_moment = false;  // a heartbeat, or a place in a queue
};
PieceTraits TraitsOf(const google::protobuf::Message& message);

// The message with its GatewayInfo marked: replayed, and at no cost. type: of the message.
grpc::ByteBuffer MarkReplayed(const grpc::ByteBuffer& bytes,
                              const google::protobuf::Descriptor& type);

}  // namespace inferwire::rpc
