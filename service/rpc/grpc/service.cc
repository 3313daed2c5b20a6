#include "rpc/grpc/service.h"

#include <grpcpp/impl/codegen/rpc_service_method.h>

namespace inferwire::rpc {
namespace {

using grpc::internal::RpcMethod;

RpcMethod::RpcType TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kUnary:
      return RpcMethod::NORMAL_RPC;
    case Kind::kClientStream:
      return RpcMethod::CLIENT_STREAMING;
    case Kind::kServerStream:
      return RpcMethod::SERVER_STREAMING;
    case Kind::kBidiStream:
      break;
  }
  return RpcMethod::BIDI_STREAMING;
}

}  // namespace

int GrpcService::Add(std::string_view method, Kind kind) {
  const int number = static_cast<int>(paths_.size());
  const std::string& path = paths_.emplace_back("/" + name_ + "/" + std::string(method));
  // The base owns it.
  AddMethod(new grpc::internal::RpcServiceMethod(path.c_str(), TypeOf(kind), nullptr));
  MarkMethodRaw(number);
  return number;
}

void GrpcService::Request(int method, UnaryWire& wire, grpc::ServerCompletionQueue& queue,
                          Tag& tag) {
  RequestAsyncUnary(method, &wire.context(), &wire.request(), &wire.responder(), &queue, &queue,
                    &tag);
}

void GrpcService::Request(int method, WriterWire& wire, grpc::ServerCompletionQueue& queue,
                          Tag& tag) {
  RequestAsyncServerStreaming(method, &wire.context(), &wire.request(), &wire.responder(), &queue,
                              &queue, &tag);
}

void GrpcService::Request(int method, ReaderWire& wire, grpc::ServerCompletionQueue& queue,
                          Tag& tag) {
  RequestAsyncClientStreaming(method, &wire.context(), &wire.responder(), &queue, &queue, &tag);
}

void GrpcService::Request(int method, ReaderWriterWire& wire, grpc::ServerCompletionQueue& queue,
                          Tag& tag) {
  RequestAsyncBidiStreaming(method, &wire.context(), &wire.responder(), &queue, &queue, &tag);
}

}  // namespace inferwire::rpc
