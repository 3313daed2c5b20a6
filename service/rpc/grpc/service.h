// One service as gRPC knows it, made from the list of its methods as generated code would make it.
// Messages pass as bytes, so that a request that does not parse gets an error that says why.
#pragma once

#include <grpcpp/completion_queue.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <deque>
#include <string>
#include <string_view>

#include "rpc/grpc/wire.h"
#include "rpc/kind.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

class GrpcService final : public grpc::Service {
 public:
  // name: in full, e.g. inferwire.v1.ChatService
  explicit GrpcService(std::string_view name) : name_(name) {}

  const std::string& name() const { return name_; }
  // Before the service is registered. Returns the number by which its calls are asked for.
  int Add(std::string_view method, Kind kind);

  // The tag is completed when a call of the method is there; its wire is of the method's kind.
  void Request(int method, UnaryWire& wire, grpc::ServerCompletionQueue& queue, Tag& tag);
  void Request(int method, WriterWire& wire, grpc::ServerCompletionQueue& queue, Tag& tag);
  void Request(int method, ReaderWire& wire, grpc::ServerCompletionQueue& queue, Tag& tag);
  void Request(int method, ReaderWriterWire& wire, grpc::ServerCompletionQueue& queue, Tag& tag);

 private:
  const std::string name_;
  std::deque<std::string> paths_;  // gRPC keeps pointers to their text
};

}  // namespace inferwire::rpc
