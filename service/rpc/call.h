// What all calls share: what a loop lends them, the list of those that live, and their end.
#pragma once

#include <memory>
#include <optional>
#include <unordered_set>

#include "base/error.h"
#include "base/log.h"
#include "openai/operation.h"
#include "policy/chain.h"
#include "rpc/pump.h"
#include "rpc/wire.h"

namespace llmgate::rpc {

struct CallLimits {
  size_t request_bytes = 16u << 20;
  PumpLimits queue;
  int many_in_flight = 64;
  size_t many_items = 1'000'000;  // in one CompleteMany stream
};

class Call;

// What a loop lends to the calls that run on it. Outlives them.
struct CallServices {
  openai::Runtime runtime;
  policy::Chain& policies;
  Log& log;
  const CallLimits& limits;
  std::unordered_set<Call*>& live;
};

// One RPC from its arrival on. It deletes itself when the RPC is over and nothing of it is in
// flight.
class Call {
 public:
  explicit Call(const CallServices& services) : services_(services) { services.live.insert(this); }
  virtual ~Call() { services_.live.erase(this); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Ends it now with this error, whatever it is doing.
  virtual void Cut(const Error& error) = 0;

 protected:
  const CallServices& services_;
};

}  // namespace llmgate::rpc
