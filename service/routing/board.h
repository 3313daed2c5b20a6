// The states of all places and keys by name. It outlives versions of the configuration: a reload
// finds what it left. What no version has used for 10 minutes is forgotten. Thread-safe; not on a
// call's path.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "routing/key_state.h"
#include "routing/place_state.h"
#include "routing/retry_budget.h"

namespace inferwire::routing {

class Board {
 public:
  // The clock outlives all that is lent.
  explicit Board(const Clock& clock) : clock_(clock) {}

  // The same object as long as somebody holds it, and for 10 minutes more.
  std::shared_ptr<PlaceState> Endpoint(const std::string& upstream, const std::string& endpoint,
                                       const BreakerOptions& options);
  // Whether a version of the configuration uses it now.
  bool UsesEndpoint(const std::string& upstream, const std::string& endpoint) const;
  std::shared_ptr<PlaceState> Model(const std::string& upstream, const std::string& model,
                                    const BreakerOptions& options);
  // digest: of the secret; another secret is another state.
  std::shared_ptr<KeyState> Key(const std::string& upstream, const std::string& name,
                                const std::string& digest, int weight);
  // Its secret is a new one; without effect on a key that nobody has asked for.
  void RestoreKey(const std::string& upstream, const std::string& name, const std::string& digest);
  std::shared_ptr<RetryBudget> Budget(const std::string& upstream,
                                      const RetryBudgetOptions& options);

  // Told of every transition of a place: kind is "endpoint" or "model". Set before the first use.
  using OnChange = std::function<void(std::string_view kind, const std::string& upstream,
                                      const PlaceState&, const PlaceState::Change&)>;
  void set_on_change(OnChange on_change) { on_change_ = std::move(on_change); }

  // What the versions in use have lent, by kind, upstream and name. The visitor may change the
  // states, and is called without a lock.
  using OnPlace =
      std::function<void(std::string_view kind, std::string_view upstream, PlaceState&)>;
  using OnKey = std::function<void(std::string_view upstream, KeyState&)>;
  void ForEach(const OnPlace& on_place, const OnKey& on_key) const;

  size_t size() const;
  // Forgets what has not been used for 10 minutes; called by whoever makes a new version.
  void Sweep();

 private:
  // States of one kind. What is lent knows when the last user lets it go; then it is ours alone.
  template <typename State>
  class Shelf {
   public:
    // make: if there is none.
    template <typename Make>
    std::shared_ptr<State> Lend(const std::string& name, const Clock& clock, const Make& make);
    // Null: there is none.
    State* Find(const std::string& name) const;
    bool IsLent(const std::string& name) const;
    void Sweep(SteadyTime now);
    std::vector<std::pair<std::string, std::shared_ptr<State>>> Lent() const;
    size_t size() const { return slots_.size(); }

   private:
    struct Slot {
      std::shared_ptr<State> state;
      std::weak_ptr<State> lent;
      std::shared_ptr<std::atomic<SteadyTime>> let_go;
    };
    std::map<std::string, Slot> slots_;
  };

  std::shared_ptr<PlaceState> Place(std::string_view kind, const std::string& upstream,
                                    const std::string& name, const BreakerOptions& options);

  const Clock& clock_;
  OnChange on_change_;
  mutable std::mutex mutex_;
  Shelf<PlaceState> places_;
  Shelf<KeyState> keys_;
  Shelf<RetryBudget> budgets_;
};

}  // namespace inferwire::routing
