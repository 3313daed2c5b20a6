// How calls of one method are taken from one completion queue.
#pragma once

#include <grpcpp/completion_queue.h>

#include <functional>
#include <memory>
#include <utility>

#include "rpc/grpc/service.h"
#include "rpc/tag.h"
#include "rpc/wire.h"

namespace inferwire::rpc {

// One request for a call is open, except while a call begins.
template <class WireType>
class Acceptor final : public Tag {
 public:
  using Begin = std::function<void(std::unique_ptr<Wire>)>;

  Acceptor(GrpcService& service, int method, grpc::ServerCompletionQueue& queue, Begin begin)
      : service_(service), method_(method), queue_(queue), begin_(std::move(begin)) {
    Arm();
  }

  void Complete(bool ok) override {
    if (!ok) return;  // the server shuts down
    begin_(std::move(wire_));
    Arm();  // last: this call's request goes to its upstream before the next call is asked for
  }

 private:
  void Arm() {
    wire_ = std::make_unique<WireType>();
    service_.Request(method_, *wire_, queue_, *this);
  }

  GrpcService& service_;
  const int method_;
  grpc::ServerCompletionQueue& queue_;
  const Begin begin_;
  std::unique_ptr<WireType> wire_;
};

}  // namespace inferwire::rpc
