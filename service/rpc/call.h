// What all calls share: what a loop lends them, the list of those that live, and their end.
#pragma once

#include <memory>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "gateway/memory_budget.h"
#include "gateway/operation.h"
#include "policy/chain.h"
#include "rpc/settings.h"
#include "telemetry/log.h"
#include "upstream/runtime.h"

namespace inferwire::rpc {

class Call;

// What a loop lends to the calls that run on it: its own things, which outlive them, and one
// version of the settings, which the calls share the ownership of.
struct CallServices {
  upstream::Runtime runtime;
  const policy::Chain& policies;
  telemetry::Log& log;
  const CallLimits& limits;
  std::unordered_set<Call*>& live;
  gateway::MemoryBudget* memory = nullptr;  // null: nobody counts
};

// held: bytes. weight: compared, it says which call goes first when memory runs out.
struct CallSize {
  int64_t held = 0, weight = 0;
};

// One RPC from its arrival on. It deletes itself when the RPC is over and nothing of it is in
// flight.
class Call {
 public:
  explicit Call(std::shared_ptr<const CallServices> services)
      : kept_(std::move(services)), services_(*kept_) {
    services_.live.insert(this);
  }
  virtual ~Call() { services_.live.erase(this); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Ends it now with this error, whatever it is doing.
  virtual void Cut(const Error& error) = 0;

  // Now and then, from outside its own events: gives up a caller who does not read what is left,
  // and goes on with what waited for memory. Deletes nothing.
  virtual void Tend(SteadyTime now) = 0;
  virtual CallSize Size() const = 0;
  // As Cut, and what was not delivered is dropped if it is in the way.
  virtual void Shed(const Error& error) = 0;

 private:
  const std::shared_ptr<const CallServices> kept_;

 protected:
  const CallServices& services_;
};

}  // namespace inferwire::rpc
