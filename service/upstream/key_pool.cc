#include "upstream/key_pool.h"

#include <algorithm>

#include "routing/choice.h"

namespace inferwire::upstream {
namespace {

constexpr double kAffinityRoom = 0.1;

bool IsTried(uint64_t tried, size_t index) { return (tried >> index & 1) != 0; }

}  // namespace

KeyPool::KeyPool(std::shared_ptr<UpstreamKey> key, std::shared_ptr<routing::KeyState> state,
                 std::shared_ptr<const KeyLimits> limits) {
  if (!key) return;
  keys_.push_back(
      {.name = {}, .key = std::move(key), .state = std::move(state), .limits = std::move(limits)});
}

bool KeyPool::IsAvailable(const PoolKey& key, std::string_view model, SteadyTime now,
                          bool elsewhere) const {
  if (key.limits && now < key.limits->FullUntil(model)) return false;
  return IsUsable(key, model, now, elsewhere);
}

bool KeyPool::IsUsable(const PoolKey& key, std::string_view model, SteadyTime now,
                       bool elsewhere) const {
  if (!key.state || (is_single() && !elsewhere)) return true;
  return key.state->Available(model, now);
}

bool KeyPool::Usable(std::string_view model, SteadyTime now) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const PoolKey& key) {
    return IsUsable(key, model, now, /*elsewhere=*/false);
  });
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
    if (IsTried(tried, i) || !IsAvailable(key, model, now, elsewhere)) continue;
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
  if (empty()) return !limits_ || now >= limits_->FullUntil(model);
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (!IsTried(tried, i) && IsAvailable(keys_[i], model, now, elsewhere)) return true;
  }
  return false;
}

std::optional<SteadyTime> KeyPool::BackAt(const PoolKey& key, std::string_view model,
                                          SteadyTime now, bool elsewhere) const {
  std::optional<SteadyTime> back;
  if (!IsUsable(key, model, now, elsewhere)) {
    back = key.state->BackAt(model, now);
    if (!back) return back;  // only with another secret
  }
  const SteadyTime full = key.limits ? key.limits->FullUntil(model) : SteadyTime::min();
  return full > now ? std::max(full, back.value_or(full)) : back;
}

std::optional<SteadyTime> KeyPool::BackAt(std::string_view model, SteadyTime now,
                                          bool elsewhere) const {
  if (empty()) {
    if (Available(model, 0, now)) return std::nullopt;
    return limits_->FullUntil(model);
  }
  std::optional<SteadyTime> soonest;
  for (const PoolKey& key : keys_) {
    if (IsAvailable(key, model, now, elsewhere)) return std::nullopt;
    const auto at = BackAt(key, model, now, elsewhere);
    if (at && (!soonest || *at < *soonest)) soonest = at;
  }
  return soonest;
}

}  // namespace inferwire::upstream
