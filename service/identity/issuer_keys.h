// The keys of one issuer as they are now. Thread-safe: loops look, whoever fetches them replaces
// them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "identity/key_set.h"

namespace inferwire::identity {

class IssuerKeys {
 public:
  // Of a file: they stay as they are.
  explicit IssuerKeys(std::shared_ptr<const KeySet> keys) : keys_(std::move(keys)) {}
  // Of a source: none yet. on_miss is told, on the thread of whoever has it, that a token names a
  // key which is not among them; not again before Fetching.
  IssuerKeys(SteadyTime now, std::function<void()> on_miss)
      : good_at_(now.time_since_epoch().count()), on_miss_(std::move(on_miss)) {}

  // Null: there are none yet, or none any more. What is known of a token was true of a version.
  std::shared_ptr<const KeySet> Current() const { return keys_.load(); }
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  void Miss() {
    if (on_miss_ && !missed_.exchange(true)) on_miss_();
  }

  // --- Of whoever fetches them ---
  void Fetching() { missed_ = false; }
  void Replace(std::shared_ptr<const KeySet> keys) {
    keys_.store(std::move(keys));
    version_.fetch_add(1, std::memory_order_release);
  }
  // They were fetched, whether they have changed or not.
  void Good(SteadyTime now) { good_at_ = now.time_since_epoch().count(); }
  // The last time; before the first, when they were first wanted.
  SteadyTime good_at() const { return SteadyTime(SteadyTime::duration(good_at_.load())); }
  // It was tried to fetch them.
  void Tried() { tried_ = true; }
  bool tried() const { return tried_; }

 private:
  std::atomic<std::shared_ptr<const KeySet>> keys_;
  std::atomic<uint64_t> version_{0};
  std::atomic<int64_t> good_at_{0};
  std::atomic<bool> tried_{false}, missed_{false};
  const std::function<void()> on_miss_{};
};

}  // namespace inferwire::identity
