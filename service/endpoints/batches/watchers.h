// Those who wait for a batch's next change. However many they are, the store is asked once per
// interval and batch, and one caller has a bounded number of them. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "store/jobs.h"

namespace inferwire::endpoints {

// What all watchers of one batch know of it.
class Watched {
 public:
  Watched(std::string id, std::string owner) : id_(std::move(id)), owner_(std::move(owner)) {}

  enum class Next { kKnown, kAsk, kWait };
  // Whether what is known is young enough, or the store should be asked by whoever gets kAsk, or
  // somebody is asking just now. patience: after which a question counts as lost.
  Next Look(SteadyTime now, Duration young, Duration patience);
  // Asks the store; null: there is no such batch (any more).
  Result<std::shared_ptr<const store::Job>> Ask(store::Jobs& jobs, SteadyTime now);
  // Null: there is none.
  std::shared_ptr<const store::Job> job() const;

 private:
  const std::string id_, owner_;
  mutable std::mutex mutex_;
  std::optional<SteadyTime> known_since_, asked_at_;
  std::shared_ptr<const store::Job> job_;
};

class Watchers {
 public:
  // A caller's place; the place is free again when it goes.
  class Seat {
   public:
    Seat(Watchers& watchers, std::string owner, std::string id, std::shared_ptr<Watched> watched)
        : watchers_(watchers),
          owner_(std::move(owner)),
          id_(std::move(id)),
          watched_(std::move(watched)) {}
    ~Seat() { watchers_.Leave(owner_, id_); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    const std::shared_ptr<Watched>& watched() const { return watched_; }

   private:
    Watchers& watchers_;
    const std::string owner_, id_;
    const std::shared_ptr<Watched> watched_;
  };

  // on_count: how many there are now, at every change; any thread.
  explicit Watchers(std::function<void(size_t)> on_count = [](size_t) {})
      : on_count_(std::move(on_count)) {}

  // Null if the owner has that many already.
  std::unique_ptr<Seat> Enter(const std::string& id, const std::string& owner, size_t most);
  size_t count() const;

 private:
  void Leave(const std::string& owner, const std::string& id);

  const std::function<void(size_t)> on_count_;
  mutable std::mutex mutex_;
  size_t count_ = 0;
  std::map<std::string, size_t> by_owner_;
  std::map<std::pair<std::string, std::string>, std::weak_ptr<Watched>> by_batch_;
};

}  // namespace inferwire::endpoints
