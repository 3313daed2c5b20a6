// A part of a route's calls, sent a second time to learn how another model or upstream would do.
// Nobody waits for these answers: they are read for what they used, and thrown away. What is sent
// so is never sent again, and gives way to everything else. On the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/timers.h"
#include "gateway/memory_budget.h"
#include "telemetry/shadow_metrics.h"
#include "upstream/route.h"
#include "upstream/upstream_call.h"

namespace inferwire::ledger {

class Book;
struct Names;

}  // namespace inferwire::ledger

namespace inferwire::upstream {

// Where a call's copy goes; planned with the call.
struct ShadowPlan {
  const Shadow* shadow = nullptr;  // the route's
  Destination destination;
};

// Whether a call is one of those that the route's shadow gets: always the same for the same id.
bool IsShadowed(const Shadow& shadow, std::string_view request_id);

class ShadowCall;

// Those of one loop and one version of the settings. They end with it.
class Shadows {
 public:
  // busy: whether the loop has more to do than it should. memory: null if nobody counts. ledger:
  // null if nothing is booked.
  Shadows(Timers& timers, std::function<bool()> busy, gateway::MemoryBudget* memory,
          ledger::Book* ledger = nullptr);
  ~Shadows();
  Shadows(const Shadows&) = delete;
  Shadows& operator=(const Shadows&) = delete;

  // Sends what the call has been sending, if there is room for it. The runtime outlives this.
  // booked: the call's names in the ledger; null: it is not booked.
  void Begin(const Runtime& runtime, const UpstreamCall& call, const ShadowPlan& plan,
             std::string_view request_id, const ledger::Names* booked = nullptr);
  // Gives all of them up: memory runs out.
  void Shed();
  size_t running() const { return calls_.size(); }

 private:
  void Remove();

  const std::function<bool()> busy_;
  gateway::MemoryBudget* const memory_;
  ledger::Book* const ledger_;
  Timer ended_;  // none is removed from within its own events
  std::list<std::unique_ptr<ShadowCall>> calls_;
};

}  // namespace inferwire::upstream
