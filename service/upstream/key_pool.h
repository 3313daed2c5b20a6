// The keys of an upstream: which one a call takes. Immutable; the states are shared by all loops.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "routing/key_state.h"
#include "upstream/key_limits.h"
#include "upstream/upstream_key.h"

namespace inferwire::upstream {

struct PoolKey {
  std::string name;
  std::shared_ptr<UpstreamKey> key;
  std::shared_ptr<routing::KeyState> state;   // null: the only key, and it is not followed
  std::shared_ptr<const KeyLimits> limits{};  // null: none are configured
};

class KeyPool {
 public:
  KeyPool() = default;  // the upstream wants no key
  explicit KeyPool(std::vector<PoolKey> keys) : keys_(std::move(keys)) {}
  // The only key; null: none. state: of a key that a route with further targets may use, which
  // passes it by while it is at rest; null: nobody does.
  KeyPool(std::shared_ptr<UpstreamKey> key,  // NOLINT(google-explicit-constructor)
          std::shared_ptr<routing::KeyState> state = nullptr,
          std::shared_ptr<const KeyLimits> limits = nullptr);

  // The upstream wants no key. limits: what it lets be used all the same; null: as much as is
  // asked.
  static KeyPool WithoutKey(std::shared_ptr<const KeyLimits> limits) {
    KeyPool pool;
    pool.limits_ = std::move(limits);
    return pool;
  }

  bool empty() const { return keys_.empty(); }
  // Of this one; null for none.
  const KeyLimits* LimitsOf(const PoolKey* key) const {
    return key ? key->limits.get() : limits_.get();
  }
  const std::vector<PoolKey>& keys() const { return keys_; }
  // For what belongs to one key for good: files, batches, raw calls.
  const PoolKey* first() const { return keys_.empty() ? nullptr : &keys_.front(); }
  // The only key. Where a call has nowhere else to go, it is asked though it is at rest: what the
  // provider says is the caller's to hear.
  bool is_single() const { return keys_.size() == 1; }
  // Null: there is none of this name.
  const PoolKey* Find(std::string_view name) const;

  // The one with most room for a call of so many tokens, those in `tried` (by index) left out. With
  // an affinity, one of its two if that has a tenth of its room left: a provider's prompt cache is
  // that of one key. Null: none can take it now. elsewhere: there is another target, so a single
  // key's rest counts.
  const PoolKey* Choose(std::string_view model, int64_t tokens, uint64_t affinity, uint64_t tried,
                        SteadyTime now, bool elsewhere = false) const;
  // Whether a call can be sent now; without a key it can.
  bool Available(std::string_view model, uint64_t tried, SteadyTime now,
                 bool elsewhere = false) const;
  // Whether a key is neither at rest nor refused, whatever it has used: batches have limits of
  // their own.
  bool Usable(std::string_view model, SteadyTime now) const;
  // When the first one will; unset: one can now, or nobody knows.
  std::optional<SteadyTime> BackAt(std::string_view model, SteadyTime now,
                                   bool elsewhere = false) const;
  size_t IndexOf(const PoolKey& key) const { return static_cast<size_t>(&key - keys_.data()); }

 private:
  // Of one that is not available.
  std::optional<SteadyTime> BackAt(const PoolKey& key, std::string_view model, SteadyTime now,
                                   bool elsewhere) const;
  bool IsUsable(const PoolKey& key, std::string_view model, SteadyTime now, bool elsewhere) const;
  bool IsAvailable(const PoolKey& key, std::string_view model, SteadyTime now,
                   bool elsewhere) const;

  std::vector<PoolKey> keys_;
  std::shared_ptr<const KeyLimits> limits_;  // without a key
};

}  // namespace inferwire::upstream
