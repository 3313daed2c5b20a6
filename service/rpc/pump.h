// Carries messages to the caller, one write in flight at a time, and finishes the RPC after the
// last. Holds a bounded number of messages: whoever fills it asks Full first and hears of the room.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <list>
#include <optional>

#include "base/error.h"
#include "gateway/memory_budget.h"
#include "rpc/tag.h"
#include "rpc/wire.h"

namespace inferwire::rpc {

struct PumpLimits {
  size_t messages = 64;
  size_t bytes = 64 * 1024;
};

class Pump {
 public:
  class Observer {
   public:
    virtual ~Observer() = default;
    // After Full was true: drained to a quarter.
    virtual void OnDrained() = 0;
    // A write failed: the caller is gone. May delete the pump.
    virtual void OnBroken() = 0;
    // The status was handed to gRPC: no operation is in flight. May delete the pump.
    virtual void OnFinished() = 0;
  };
  // unary: the one message goes out together with the status. memory: where it says what it holds.
  Pump(Wire& wire, PumpLimits limits, bool unary, gateway::CallMemory& memory, Observer& observer);

  bool Full();
  // Each message is written in its turn; without effect once the pump is broken or ended.
  void Push(const google::protobuf::Message& message);
  void Push(const grpc::ByteBuffer& message);
  // After what is queued the RPC ends with OK, or at once with the error.
  void End(std::optional<Error> error, const std::string& request_id);
  // Drops what is queued and finishes nothing: the RPC is over without us.
  void Abandon();

  bool busy() const { return in_flight_; }
  int64_t written() const { return written_; }

 private:
  void Write(const grpc::ByteBuffer& bytes, bool more_follows);
  void Advance();
  void Hold(size_t bytes);
  void OnWritten(bool ok);
  void OnFinished(bool ok);

  Wire& wire_;
  const PumpLimits limits_;
  const bool unary_;
  gateway::CallMemory& memory_;
  Observer& observer_;
  MemberTag<Pump> written_tag_{*this, &Pump::OnWritten};
  MemberTag<Pump> finished_tag_{*this, &Pump::OnFinished};
  std::list<grpc::ByteBuffer> queue_;  // nearly always empty, and then without any memory
  size_t queued_bytes_ = 0;            // with the message that is being written
  size_t writing_bytes_ = 0;
  std::optional<grpc::Status> status_;
  int64_t written_ = 0;
  bool in_flight_ = false;
  bool finishing_ = false;
  bool was_full_ = false;
  bool abandoned_ = false;
};

// One slice, serialized once.
grpc::ByteBuffer Serialize(const google::protobuf::Message& message);

}  // namespace inferwire::rpc
