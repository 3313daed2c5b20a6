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
#include "upstream/upstream_key.h"

namespace inferwire::upstream {

struct PoolKey {
  std::string name;
  std::shared_ptr<UpstreamKey> key;
  std::shared_ptr<routing::KeyState> state;  // null: the only key, whose state is not followed
};

class KeyPool {
 public:
  KeyPool() = default;  // the upstream wants no key
  explicit KeyPool(std::vector<PoolKey> keys) : keys_(std::move(keys)) {}
  // The only key; null: none.
  KeyPool(std::shared_ptr<UpstreamKey> key);  // NOLINT(google-explicit-constructor)

  bool empty() const { return keys_.empty(); }
  const std::vector<PoolKey>& keys() const { return keys_; }
  // For what belongs to one key for good: files, batches, raw calls.
  const PoolKey* first() const { return keys_.empty() ? nullptr : &keys_.front(); }
  // Null: there is none of this name.
  const PoolKey* Find(std::string_view name) const;

  // The one with most room for a call of so many tokens, those in `tried` (by index) left out. With
  // an affinity, one of its two if that has a tenth of its room left: a provider's prompt cache is
  // that of one key. Null: none can take it now.
  const PoolKey* Choose(std::string_view model, int64_t tokens, uint64_t affinity, uint64_t tried,
                        SteadyTime now) const;
  bool Available(std::string_view model, uint64_t tried, SteadyTime now) const;
  // When the first one will; unset: one can now, or nobody knows.
  std::optional<SteadyTime> BackAt(std::string_view model, SteadyTime now) const;
  size_t IndexOf(const PoolKey& key) const { return static_cast<size_t>(&key - keys_.data()); }

 private:
  std::vector<PoolKey> keys_;
};

}  // namespace inferwire::upstream
