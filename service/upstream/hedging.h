// What the hedges of one loop's calls go by: how long targets take to answer of late, and whether
// there is room for more than has to be done. A hedge is a second attempt beside one whose first
// byte is late (upstream_call_hedge.cc). On the loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include "gateway/memory_budget.h"
#include "routing/first_byte_times.h"
#include "upstream/route.h"

namespace inferwire::upstream {

class Router;

class Hedging {
 public:
  // busy: whether the loop has more to do than it should. memory: null if nobody counts.
  Hedging(std::function<bool()> busy, const gateway::MemoryBudget* memory)
      : busy_(std::move(busy)), memory_(memory) {}

  // Of a target of a route with a hedge: the first byte came, or had not come, after so long.
  void Took(const Target& target, Duration first_byte) { times_[target.hash].Add(first_byte); }
  // When one is late: the route's word, else what the target's answers of late say. Unset: too few
  // were seen.
  std::optional<Duration> After(const Hedge& hedge, const Target& target) const;
  bool HasRoom() const;

  // Of a new version of the configuration: forgets what targets took that have no hedge now.
  void KeepOnly(const Router& router);
  size_t targets() const { return times_.size(); }

 private:
  const std::function<bool()> busy_;
  const gateway::MemoryBudget* const memory_;
  std::unordered_map<uint64_t, routing::FirstByteTimes> times_;  // by the target's hash
};

}  // namespace inferwire::upstream
