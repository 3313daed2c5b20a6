#include "rpc/request.h"

#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <string>
#include <utility>
#include <vector>

#include "codec/proto_check.h"
#include "codec/wire_scan.h"

namespace inferwire::rpc {
namespace {

Error TooLarge(std::string message) {
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = v1::ERROR_REASON_REQUEST_TOO_LARGE;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  return error;
}

Error TooManyBytes(size_t bytes, size_t most) {
  Error error = TooLarge("the request has " + std::to_string(bytes) + " bytes, the limit is " +
                         std::to_string(most));
  error.metadata["limit_bytes"] = std::to_string(most);
  return error;
}

Error TooManyFields(size_t most) {
  Error error = TooLarge("the request has more fields, those of its messages counted, than " +
                         std::to_string(most) + ", the limit");
  error.metadata["limit_fields"] = std::to_string(most);
  return error;
}

std::string Flatten(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string flat;
  if (!bytes.Dump(&slices).ok()) return flat;
  for (const grpc::Slice& slice : slices) {
    flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return flat;
}

}  // namespace

Result<google::protobuf::Message*> ParseRequest(grpc::ByteBuffer& bytes, const CallLimits& limits,
                                                google::protobuf::Message& message) {
  const size_t size = bytes.Length();
  if (size > limits.request_bytes) return TooManyBytes(size, limits.request_bytes);
  if (size > limits.request_fields) {
    grpc::ProtoBufferReader reader(&bytes);
    if (codec::HasMoreFieldsThan(limits.request_fields, reader, *message.GetDescriptor())) {
      bytes.Clear();
      return TooManyFields(limits.request_fields);
    }
  }
  bool parsed = false;
  {
    grpc::ProtoBufferReader reader(&bytes);
    parsed = reader.status().ok() && message.ParseFromZeroCopyStream(&reader);
  }
  if (!parsed) return codec::ExplainParseFailure(Flatten(bytes), *message.GetDescriptor());
  bytes.Clear();
  return &message;
}

}  // namespace inferwire::rpc
