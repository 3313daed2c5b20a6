#include "routing/key_state.h"

#include <algorithm>
#include <cmath>

#include "base/backoff.h"

namespace inferwire::routing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr size_t kMostModels = 64;
constexpr double kMemory = 2;                 // seconds, of what others take
constexpr auto kStale = seconds(60);          // limits are per minute where nothing else is said
constexpr double kSmallestBucket = 1 / 10.0;  // of a minute's limit
constexpr auto kLongestRest = hours(24);

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void KeyState::Meter::Learn(const Limit& said, SteadyTime now) {
  if (said.limit && *said.limit > 0) limit = static_cast<double>(*said.limit);
  if (!said.remaining) return;
  const double rest = std::max(0.0, static_cast<double>(*said.remaining));
  const double passed = known ? std::max(0.0, Seconds(now - at)) : 0;
  if (known && now < full_at + kStale) {
    const double expected = std::min(most, remaining + refill * passed) - ended;
    const double fade = std::exp(-passed / kMemory);
    // Not cut at zero one by one: estimates err to both sides.
    const double weight = passed > 1e-3 ? (1 - fade) / passed : 1 / kMemory;
    others = others * fade + (expected - rest) * weight;
  } else {
    others = 0;
  }
  known = true;
  ended = 0;
  remaining = rest;
  limit = std::max(limit, rest);
  most = std::max({most, rest, limit * kSmallestBucket});
  most = std::min(most, limit);
  refill = limit / 60;
  at = now;
  full_at = now;
  if (said.reset_after && *said.reset_after > Duration::zero()) {
    full_at = now + *said.reset_after;
    // Of a day, for example.
    if (limit > rest) refill = std::min(refill, (limit - rest) / Seconds(*said.reset_after));
  }
}

double KeyState::Meter::Share(double wanted, SteadyTime now) const {
  if (!known || limit <= 0) return 1;
  // So long without a word that nothing is known any more.
  if (now >= full_at + kStale) return std::min(1.0, (limit - mine - wanted) / limit);
  const double passed = std::max(0.0, Seconds(now - at));
  const double taken = std::max(0.0, others) * kMemory * (1 - std::exp(-passed / kMemory));
  const double room = std::min(most, remaining + refill * passed - taken);
  return std::min(1.0, (room - mine - wanted) / most);
}

KeyState::KeyState(std::string name, int weight) : name_(std::move(name)), weight_(weight) {}

const KeyState::Model* KeyState::Find(std::string_view model) const {
  auto found = models_.find(model);
  if (found == models_.end() && models_.size() > kMostModels) found = models_.find("");
  return found == models_.end() ? nullptr : &found->second;
}

KeyState::Model& KeyState::At(std::string_view model) {
  const auto found = models_.find(model);
  if (found != models_.end()) return found->second;
  if (models_.size() >= kMostModels) return models_[""];
  return models_[std::string(model)];
}

double KeyState::Room(std::string_view model, int64_t tokens, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const Model* known = Find(model);
  if (!known) return 1;
  return std::min(known->requests.Share(1, now),
                  known->tokens.Share(static_cast<double>(tokens), now));
}

bool KeyState::Available(std::string_view model, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const Model* known = Find(model);
  return now >= removed_until_ && (!known || now >= known->cool_until);
}

std::optional<SteadyTime> KeyState::BackAt(std::string_view model, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const Model* known = Find(model);
  const SteadyTime at = std::max(removed_until_, known ? known->cool_until : SteadyTime::min());
  if (at <= now || at == SteadyTime::max()) return std::nullopt;
  return at;
}

void KeyState::Begin(std::string_view model, int64_t tokens, SteadyTime) {
  const std::lock_guard lock(mutex_);
  Model& known = At(model);
  known.requests.mine += 1;
  known.tokens.mine += static_cast<double>(tokens);
}

void KeyState::End(std::string_view model, int64_t tokens, SteadyTime) {
  const std::lock_guard lock(mutex_);
  Model& known = At(model);
  const auto finish = [](Meter& meter, double count) {
    meter.mine = std::max(0.0, meter.mine - count);
    meter.ended += count;
  };
  finish(known.requests, 1);
  finish(known.tokens, static_cast<double>(tokens));
}

void KeyState::Learn(std::string_view model, const Limit& limit, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Model& known = At(model);
  if (limit.metric == "requests") known.requests.Learn(limit, now);
  if (limit.metric == "tokens") known.tokens.Learn(limit, now);
}

void KeyState::CoolDown(std::string_view model, std::optional<Duration> wait, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Model& known = At(model);
  if (!wait) {
    if (now < known.cool_until) return;  // of the same burst
    wait = Backoff(seconds(1), seconds(30), ++known.cooled);
  }
  known.cool_until = std::max(known.cool_until, now + std::min<Duration>(*wait, kLongestRest));
}

void KeyState::Remove(Removal removal, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (removal == Removal::kUntilRestored) {
    removed_until_ = SteadyTime::max();
  } else if (now >= removed_until_) {  // else of the same burst
    removed_until_ = now + Backoff(minutes(10), hours(6), ++removals_);
  }
}

void KeyState::Accepted(std::string_view model, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Model& known = At(model);
  if (now >= known.cool_until) known.cooled = 0;
  if (now >= removed_until_) removals_ = 0;
}

void KeyState::Restore() {
  const std::lock_guard lock(mutex_);
  removed_until_ = SteadyTime::min();
  removals_ = 0;
  for (auto& [name, model] : models_) {
    model.cool_until = SteadyTime::min();
    model.cooled = 0;
  }
}

bool KeyState::removed(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return now < removed_until_;
}

bool KeyState::cooling_down(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(models_.begin(), models_.end(),
                     [now](const auto& model) { return now < model.second.cool_until; });
}

}  // namespace inferwire::routing
