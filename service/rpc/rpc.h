// One RPC from its arrival to its end. It deletes itself when the RPC is over and nothing of it is
// in flight: only then does gRPC no longer use what it was given.
#pragma once

#include <memory>

#include "rpc/wire.h"

namespace inferwire::rpc {

class Rpc {
 public:
  Rpc(const Rpc&) = delete;
  Rpc& operator=(const Rpc&) = delete;

 protected:
  explicit Rpc(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
  virtual ~Rpc() = default;

  // Last in what begins the RPC: may delete this.
  void AwaitEnd() {
    wire_->OnDone([this] {
      over_ = true;
      OnOver();
      DeleteIfOver();
    });
  }
  // Last in what hears of the end of an operation of the wire.
  void DeleteIfOver() {
    if (over_ && !busy()) delete this;
  }

  // The RPC ended, by Finish or without us.
  virtual void OnOver() {}
  // An operation of the wire is in flight.
  virtual bool busy() const = 0;

  Wire& wire() const { return *wire_; }
  bool over() const { return over_; }

 private:
  const std::unique_ptr<Wire> wire_;
  bool over_ = false;
};

}  // namespace inferwire::rpc
