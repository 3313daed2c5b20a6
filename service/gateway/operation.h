// One request of a caller on its way through an upstream, whatever the endpoint. It runs on one
// loop; the call machines of rpc/ know nothing else of what they serve.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/call_context.h"
#include "gateway/call_stats.h"
#include "inferwire/v1/errors.pb.h"

namespace inferwire::gateway {

class Operation {
 public:
  // The call's side. It does not destroy the operation from within these functions.
  class Observer {
   public:
    virtual ~Observer() = default;
    // True while it takes no more messages; Resume follows.
    virtual bool Full() = 0;
    // Where a call's only message is best made; null: nowhere better than on the heap.
    virtual google::protobuf::Arena* arena() { return nullptr; }
    // The message is lent for the time of the call, and may be emptied.
    virtual void OnMessage(google::protobuf::Message& message) = 0;
    // Once, last: nothing, or why there is no complete answer.
    virtual void OnEnd(std::optional<Error> error) = 0;
  };

  // Stops whatever runs; the upstream's connection is closed at once.
  virtual ~Operation() = default;
  // May reach OnEnd before it returns.
  virtual void Start() = 0;
  virtual void Resume() = 0;
  // Stops whatever runs, for this reason; no event follows. What is known of it by then, and what
  // it may cost, is in the stats.
  virtual void Abandon(v1::ErrorReason) {}
  // It will be ended then, if it has not ended by itself: for what lasts long enough to tell its
  // caller. reason: a literal.
  virtual void Announce(std::string_view, SteadyTime) {}
  virtual const CallStats& stats() const = 0;
};

// An operation whose request is a stream of messages.
class ClientStream : public Operation {
 public:
  class Observer : public Operation::Observer {
   public:
    // HasRoom was false and is true again.
    virtual void OnRoom() = 0;
  };

  // False: the caller is not read; OnRoom follows.
  virtual bool HasRoom() = 0;
  // A message is lent for the time of the call, and may be emptied. May reach OnEnd: then no more
  // follows.
  virtual void Take(google::protobuf::Message& message) = 0;
  // The caller has sent everything. May reach OnEnd.
  virtual void EndOfInput() = 0;
};

}  // namespace inferwire::gateway
