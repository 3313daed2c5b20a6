#include "upstream/key_pool.h"

#include <algorithm>

#include "routing/choice.h"

namespace inferwire::upstream {
namespace {

constexpr double kAffinityRoom = 0.1;

bool IsTried(uint64_t tried, size_t index) { return (tried >> index & 1) != 0; }

}  // namespace

KeyPool::KeyPool(std::shared_ptr<UpstreamKey> key, std::shared_ptr<routing::KeyState> state) {
  if (key) keys_.push_back({.name = {}, .key = std::move(key), .state = std::move(state)});
}

bool KeyPool::IsAvailable(const PoolKey& key, std::string_view model, SteadyTime now,
                          bool elsewhere) const {
  if (!key.state || (is_single() && !elsewhere)) return true;
  return key.state->Available(model, now);
}

const PoolKey* KeyPool::Find(std::string_view name) const {
  for (const PoolKey& key : keys_) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

const PoolKey* KeyPool::Choose(std::string_view model, int64_t tokens, uint64_t affinity,
                               uint64_t tried, SteadyTime now, bool elsewhere) const {
  if (is_single()) return Available(model, tried, now, elsewhere) ? &keys_.front() : nullptr;
  struct Ranked {
    const PoolKey* key = nullptr;
    double room = 0;
    uint64_t rank = 0;
  };
  Ranked roomiest, own, second;
  for (size_t i = 0; i < keys_.size(); ++i) {
    const PoolKey& key = keys_[i];
    if (IsTried(tried, i) || !key.state->Available(model, now)) continue;
    Ranked ranked{&key, key.state->Room(model, tokens, now) * key.state->weight(), 0};
    if (!roomiest.key || ranked.room > roomiest.room) roomiest = ranked;
    if (affinity == 0) continue;
    ranked.rank = routing::StableHash(key.name, affinity);
    if (ranked.rank > own.rank) {
      second = std::exchange(own, ranked);
    } else if (ranked.rank > second.rank) {
      second = ranked;
    }
  }
  for (const Ranked& wanted : {own, second}) {
    if (wanted.key && wanted.room >= kAffinityRoom * wanted.key->state->weight()) return wanted.key;
  }
  return roomiest.key;
}

bool KeyPool::Available(std::string_view model, uint64_t tried, SteadyTime now,
                        bool elsewhere) const {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (!IsTried(tried, i) && IsAvailable(keys_[i], model, now, elsewhere)) return true;
  }
  return false;
}

std::optional<SteadyTime> KeyPool::BackAt(std::string_view model, SteadyTime now,
                                          bool elsewhere) const {
  std::optional<SteadyTime> soonest;
  for (const PoolKey& key : keys_) {
    if (IsAvailable(key, model, now, elsewhere)) return std::nullopt;
    const auto at = key.state->BackAt(model, now);
    if (at && (!soonest || *at < *soonest)) soonest = at;
  }
  return soonest;
}

}  // namespace inferwire::upstream
