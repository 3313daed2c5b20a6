// The key of an upstream while it may change: the current one, and during a rotation the one before
// it. Read once per attempt. Thread-safe; what it reads is a small local file.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace inferwire::upstream {

class UpstreamKey {
 public:
  using Key = std::shared_ptr<const Secret>;
  using Source = std::function<Result<Secret>()>;

  // Reads the key; the error says where it should have come from. on_load hears of every key that
  // is new, the first included, and may be empty.
  static Result<std::shared_ptr<UpstreamKey>> Read(Source source,
                                                   std::function<void()> on_load = {});

  Key Current() const;

  // Reads the source again: true if there is another key now. After an error the old key stays.
  Result<bool> Reload();

  // The upstream said to a request of that time that this key is wrong (401). Reads the source at
  // once and gives the key to try: a new one, or the one before it as long as the new one has never
  // been accepted, or the same if it has been accepted since. Null: there is none.
  Key Instead(const Key& refused, SteadyTime sent);
  // The upstream took this key.
  void Accepted(const Key& key, SteadyTime now);

 private:
  UpstreamKey(Source source, std::function<void()> on_load);

  const Source source_;
  const std::function<void()> on_load_;
  std::mutex reading_;  // what is read later is also stored later
  mutable std::mutex mutex_;
  Key current_, previous_;              // previous_: null once current_ has been accepted
  std::optional<SteadyTime> accepted_;  // current_, for the first time after a rotation
  std::atomic<bool> rotating_{false};   // previous_ is not null
};

}  // namespace inferwire::upstream
