#include "rpc/replayed.h"

#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <memory>

#include "inferwire/v1/common.pb.h"
#include "rpc/pump.h"

namespace inferwire::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* GatewayField(const Descriptor& type) {
  const FieldDescriptor* const field = type.FindFieldByName("gateway");
  const bool is_it =
      field && !field->is_repeated() && field->message_type() == v1::GatewayInfo::descriptor();
  return is_it ? field : nullptr;
}

// The event of a message that is one of several; null: it is none, or an unknown one.
const FieldDescriptor* EventField(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  if (type.oneof_decl_count() == 0) return nullptr;
  return message.GetReflection()->GetOneofFieldDescriptor(message, type.oneof_decl(0));
}

bool HasGateway(const Message& message) {
  const FieldDescriptor* const field = GatewayField(*message.GetDescriptor());
  return field && message.GetReflection()->HasField(message, field);
}

v1::GatewayInfo* GatewayOf(Message& message) {
  if (!HasGateway(message)) return nullptr;
  return static_cast<v1::GatewayInfo*>(
      message.GetReflection()->MutableMessage(&message, GatewayField(*message.GetDescriptor())));
}

bool IsMessage(const FieldDescriptor* field) {
  return field && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

}  // namespace

PieceTraits TraitsOf(const Message& message) {
  PieceTraits traits;
  traits.has_gateway = HasGateway(message);
  const FieldDescriptor* const event = EventField(message);
  if (!IsMessage(event)) return traits;
  traits.of_the_moment = event->name() == "heartbeat" || event->name() == "queued";
  if (HasGateway(message.GetReflection()->GetMessage(message, event))) traits.has_gateway = true;
  return traits;
}

grpc::ByteBuffer MarkReplayed(const grpc::ByteBuffer& bytes, const Descriptor& type) {
  const std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  grpc::ByteBuffer copy(bytes);
  {
    grpc::ProtoBufferReader reader(&copy);
    if (!reader.status().ok() || !message->ParseFromZeroCopyStream(&reader)) return bytes;
  }
  v1::GatewayInfo* info = GatewayOf(*message);
  const FieldDescriptor* const event = EventField(*message);
  if (!info && IsMessage(event)) {
    info = GatewayOf(*message->GetReflection()->MutableMessage(message.get(), event));
  }
  if (!info) return bytes;
  info->set_replayed(true);
  info->set_usage_source(v1::USAGE_SOURCE_NONE);
  if (info->has_cost()) {
    info->clear_cost();
    info->mutable_cost()->set_total_picousd(0);
  }
  return Serialize(*message);
}

}  // namespace inferwire::rpc
