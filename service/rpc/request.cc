#include "rpc/request.h"

#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <string>
#include <vector>

#include "codec/proto_check.h"

namespace llmgate::rpc {
namespace {

Error TooLarge(size_t bytes, size_t max_bytes) {
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = v1::ERROR_REASON_REQUEST_TOO_LARGE;
  error.origin = Origin::kCaller;
  error.message = "the request has " + std::to_string(bytes) + " bytes, the limit is " +
                  std::to_string(max_bytes);
  error.metadata["limit_bytes"] = std::to_string(max_bytes);
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

Result<google::protobuf::Message*> ParseRequest(grpc::ByteBuffer& bytes, size_t max_bytes,
                                                google::protobuf::Message& message) {
  if (bytes.Length() > max_bytes) return TooLarge(bytes.Length(), max_bytes);
  bool parsed = false;
  {
    grpc::ProtoBufferReader reader(&bytes);
    parsed = reader.status().ok() && message.ParseFromZeroCopyStream(&reader);
  }
  if (!parsed) return codec::ExplainParseFailure(Flatten(bytes), *message.GetDescriptor());
  bytes.Clear();
  return &message;
}

}  // namespace llmgate::rpc
