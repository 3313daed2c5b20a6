// How calls of one method are taken on one loop.
#pragma once

#include <memory>
#include <utility>

#include "rpc/endpoint.h"
#include "rpc/grpc_service.h"
#include "rpc/loop.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

// One request for a call is open, except while a call begins.
template <class WireType>
class Acceptor final : public Tag {
 public:
  Acceptor(Loop& loop, const Endpoint& endpoint, GrpcService& service, int method, Machine machine)
      : loop_(loop), endpoint_(endpoint), service_(service), method_(method), machine_(machine) {
    Arm();
  }

  void Complete(bool ok) override {
    if (!ok) return;  // the server shuts down
    std::unique_ptr<Wire> wire = std::move(wire_);
    machine_(loop_.services(), endpoint_, std::move(wire));
    Arm();  // last: this call's request goes to its upstream before the next call is asked for
  }

 private:
  void Arm() {
    wire_ = std::make_unique<WireType>();
    service_.Request(method_, *wire_, loop_.queue(), *this);
  }

  Loop& loop_;
  const Endpoint& endpoint_;
  GrpcService& service_;
  const int method_;
  const Machine machine_;
  std::unique_ptr<WireType> wire_;
};

}  // namespace inferwire::rpc
