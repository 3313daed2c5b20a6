#include "routing/board.h"

#include <algorithm>

namespace inferwire::routing {
namespace {

constexpr std::string_view kEndpoint = "endpoint";
constexpr auto kKept = std::chrono::minutes(10);

// Names have no such character.
std::string Joined(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string name(a);
  for (const std::string_view part : {b, c}) name.append(1, '\0').append(part);
  return name;
}

std::string_view FirstPart(std::string_view& joined) {
  const std::string_view part = joined.substr(0, joined.find('\0'));
  joined.remove_prefix(std::min(joined.size(), part.size() + 1));
  return part;
}

}  // namespace

template <typename State>
template <typename Make>
std::shared_ptr<State> Board::Shelf<State>::Lend(const std::string& name, const Clock& clock,
                                                 const Make& make) {
  Slot& slot = slots_[name];
  if (std::shared_ptr<State> lent = slot.lent.lock()) return lent;
  if (!slot.state) {
    slot.state = make();
    slot.let_go = std::make_shared<std::atomic<SteadyTime>>();
  }
  slot.let_go->store(SteadyTime::max(), std::memory_order_relaxed);  // in use
  // The state lives as long as its user, also without the board.
  std::shared_ptr<State> lent(slot.state.get(),
                              [state = slot.state, let_go = slot.let_go, &clock](State*) {
                                let_go->store(clock.Now(), std::memory_order_relaxed);
                              });
  slot.lent = lent;
  return lent;
}

template <typename State>
State* Board::Shelf<State>::Find(const std::string& name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? nullptr : found->second.state.get();
}

template <typename State>
bool Board::Shelf<State>::IsLent(const std::string& name) const {
  const auto found = slots_.find(name);
  return found != slots_.end() && !found->second.lent.expired();
}

template <typename State>
void Board::Shelf<State>::Sweep(SteadyTime now) {
  std::erase_if(slots_, [&](const auto& item) {
    const Slot& slot = item.second;
    const SteadyTime let_go = slot.let_go->load(std::memory_order_relaxed);
    return slot.lent.expired() && let_go != SteadyTime::max() && now - let_go >= kKept;
  });
}

template <typename State>
std::vector<std::pair<std::string, std::shared_ptr<State>>> Board::Shelf<State>::Lent() const {
  std::vector<std::pair<std::string, std::shared_ptr<State>>> all;
  for (const auto& [name, slot] : slots_) {
    if (std::shared_ptr<State> lent = slot.lent.lock()) all.emplace_back(name, std::move(lent));
  }
  return all;
}

std::shared_ptr<PlaceState> Board::Place(std::string_view kind, const std::string& upstream,
                                         const std::string& name, const BreakerOptions& options) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<PlaceState> place = places_.Lend(Joined(kind, upstream, name), clock_, [&] {
    PlaceState::OnChange tell;
    if (on_change_) {
      tell = [kind, upstream, on_change = on_change_](const PlaceState& changed,
                                                      const PlaceState::Change& change) {
        on_change(kind, upstream, changed, change);
      };
    }
    return std::make_shared<PlaceState>(name, options, std::move(tell));
  });
  place->Configure(options);
  return place;
}

std::shared_ptr<PlaceState> Board::Endpoint(const std::string& upstream,
                                            const std::string& endpoint,
                                            const BreakerOptions& options) {
  return Place(kEndpoint, upstream, endpoint, options);
}

bool Board::UsesEndpoint(const std::string& upstream, const std::string& endpoint) const {
  const std::lock_guard lock(mutex_);
  return places_.IsLent(Joined(kEndpoint, upstream, endpoint));
}

std::shared_ptr<PlaceState> Board::Model(const std::string& upstream, const std::string& model,
                                         const BreakerOptions& options) {
  return Place("model", upstream, model, options);
}

std::shared_ptr<KeyState> Board::Key(const std::string& upstream, const std::string& name,
                                     const std::string& digest, int weight) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<KeyState> key = keys_.Lend(Joined(upstream, name, digest), clock_, [&] {
    return std::make_shared<KeyState>(name, weight);
  });
  key->set_weight(weight);
  return key;
}

void Board::RestoreKey(const std::string& upstream, const std::string& name,
                       const std::string& digest) {
  const std::lock_guard lock(mutex_);
  if (KeyState* const key = keys_.Find(Joined(upstream, name, digest))) key->Restore();
}

std::shared_ptr<RetryBudget> Board::Budget(const std::string& upstream,
                                           const RetryBudgetOptions& options) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<RetryBudget> budget =
      budgets_.Lend(upstream, clock_, [&] { return std::make_shared<RetryBudget>(options); });
  budget->Configure(options);
  return budget;
}

void Board::ForEach(const OnPlace& on_place, const OnKey& on_key) const {
  std::unique_lock lock(mutex_);
  const auto places = places_.Lent();
  const auto keys = keys_.Lent();
  lock.unlock();
  for (const auto& [name, state] : places) {
    std::string_view rest = name;
    const std::string_view kind = FirstPart(rest);
    on_place(kind, FirstPart(rest), *state);
  }
  for (const auto& [name, state] : keys) {
    std::string_view rest = name;
    on_key(FirstPart(rest), *state);
  }
}

size_t Board::size() const {
  const std::lock_guard lock(mutex_);
  return places_.size() + keys_.size() + budgets_.size();
}

void Board::Sweep() {
  const std::lock_guard lock(mutex_);
  const SteadyTime now = clock_.Now();
  places_.Sweep(now);
  keys_.Sweep(now);
  budgets_.Sweep(now);
}

}  // namespace inferwire::routing
