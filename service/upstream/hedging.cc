#include "upstream/hedging.h"

#include <unordered_set>

#include "upstream/router.h"

namespace inferwire::upstream {

std::optional<Duration> Hedging::After(const Hedge& hedge, const Target& target) const {
  if (hedge.after) return hedge.after;
  const auto found = times_.find(target.hash);
  return found == times_.end() ? std::nullopt : found->second.P95();
}

bool Hedging::HasRoom() const {
  return !busy_() && (!memory_ || memory_->level() == gateway::MemoryBudget::Level::kCalm);
}

void Hedging::KeepOnly(const Router& router) {
  if (times_.empty()) return;
  std::unordered_set<uint64_t> kept;
  for (const auto& route : router.routes()) {
    if (!route->hedge) continue;
    for (const Target& target : route->targets) kept.insert(target.hash);
  }
  std::erase_if(times_, [&](const auto& each) { return !kept.contains(each.first); });
}

}  // namespace inferwire::upstream
