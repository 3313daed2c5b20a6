#include "upstream/resolver.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace inferwire::upstream {
namespace {

// As long as no address is known there is nothing to go by.
constexpr Duration kFirstEvery = std::chrono::seconds(1);
constexpr Duration kIdle = std::chrono::hours(1);

std::string WithPort(const std::string& address, int port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace

struct Resolver::State {
  struct Watched {
    ResolvedName name;
    std::weak_ptr<Endpoints> endpoints;
    SteadyTime due;
    bool asked = false;   // once, whatever came of it
    bool failed = false;  // the last time
  };

  State(const Parts& all, std::shared_ptr<NameService> service)
      : parts(all), names(std::move(service)) {}

  // One that is due, with its next time set; the latest time to look again otherwise.
  std::optional<Watched> TakeDue(SteadyTime now, SteadyTime& next);
  void Apply(const Watched& looked_up, Result<std::vector<std::string>> found);
  bool LookUpOne(SteadyTime& next);

  const Parts parts;  // not touched any more once it is stopping
  const std::shared_ptr<NameService> names;
  std::mutex mutex;  // of what follows
  std::condition_variable changed;
  std::vector<Watched> watched;
  bool looking_up = false;
  bool stopping = false;
};

std::optional<Resolver::State::Watched> Resolver::State::TakeDue(SteadyTime now, SteadyTime& next) {
  std::erase_if(watched, [](const Watched& each) { return each.endpoints.expired(); });
  next = now + kIdle;
  for (Watched& each : watched) {
    if (each.due <= now) {
      each.due = now + each.name.every;
      return each;
    }
    next = std::min(next, each.due);
  }
  return std::nullopt;
}

// False: nothing is due before `next`, or it is stopping.
bool Resolver::State::LookUpOne(SteadyTime& next) {
  std::unique_lock lock(mutex);
  if (stopping) return false;
  const std::optional<Watched> due = TakeDue(parts.clock.Now(), next);
  if (!due) return false;
  looking_up = true;
  lock.unlock();
  auto found = names->Addresses(due->name.host);
  lock.lock();
  looking_up = false;
  if (!stopping) Apply(*due, std::move(found));
  changed.notify_all();
  return true;
}

void Resolver::State::Apply(const Watched& looked_up, Result<std::vector<std::string>> found) {
  const auto endpoints = looked_up.endpoints.lock();
  const auto entry = std::find_if(watched.begin(), watched.end(), [&](const Watched& each) {
    return endpoints && each.endpoints.lock() == endpoints;
  });
  if (entry == watched.end()) return;
  using Result = telemetry::LookUp;
  const ResolvedName& name = entry->name;
  telemetry::UpstreamEndpointMetrics& metrics = parts.metrics.Of(name.upstream);
  entry->asked = true;
  const SteadyTime now = parts.clock.Now();
  if (!found) {
    metrics.LookedUp(Result::kFailed);
    if (endpoints->Load()->empty()) entry->due = std::min(entry->due, now + kFirstEvery);
    if (!std::exchange(entry->failed, true)) {
      parts.log.Event(telemetry::LogLevel::kWarning, "lookup_failed",
                      {{"upstream", std::string_view(name.upstream)},
                       {"error", std::string_view(found.error().message)}});
    }
    return;
  }
  entry->failed = false;
  for (std::string& address : *found) address = WithPort(address, name.port);
  const auto count = static_cast<int64_t>(found->size());
  if (!endpoints->Replace(std::move(*found), now)) return metrics.LookedUp(Result::kSame);
  metrics.LookedUp(Result::kChanged);
  parts.log.Event(telemetry::LogLevel::kInfo, "endpoints_changed",
                  {{"upstream", std::string_view(name.upstream)}, {"endpoints", count}});
  parts.board.Sweep();  // of those that are gone for good
}

Resolver::Resolver(const Parts& parts, std::shared_ptr<NameService> names)
    : state_(std::make_shared<State>(parts, std::move(names))) {}

Resolver::~Resolver() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  const bool busy = state_->looking_up;
  lock.unlock();
  state_->changed.notify_all();
  if (!thread_.joinable()) return;
  // A look-up cannot be ended; its thread has nothing of ours but the state.
  busy ? thread_.detach() : thread_.join();
}

std::shared_ptr<Endpoints> Resolver::Watch(const ResolvedName& name,
                                           const routing::BreakerOptions& breaker,
                                           const routing::LimitOptions& limits) {
  std::unique_lock lock(state_->mutex);
  for (State::Watched& each : state_->watched) {
    const ResolvedName& known = each.name;
    if (known.upstream != name.upstream || known.host != name.host || known.port != name.port) {
      continue;
    }
    if (auto endpoints = each.endpoints.lock()) {
      each.name.every = name.every;
      endpoints->Configure(breaker, limits);
      return endpoints;
    }
  }
  auto endpoints =
      std::make_shared<Endpoints>(name.upstream, breaker, &state_->parts.board, limits);
  state_->parts.metrics.Of(name.upstream);  // its series, from the start
  state_->watched.push_back({.name = name, .endpoints = endpoints, .due = {}});
  lock.unlock();
  state_->changed.notify_all();
  return endpoints;
}

SteadyTime Resolver::LookUpDue() {
  SteadyTime next;
  while (state_->LookUpOne(next)) {
  }
  return next;
}

void Resolver::Start() {
  thread_ = std::thread([state = state_] {
    for (;;) {
      SteadyTime next;
      while (state->LookUpOne(next)) {
      }
      std::unique_lock lock(state->mutex);
      if (state->stopping) return;
      const bool is_new = std::any_of(state->watched.begin(), state->watched.end(),
                                      [](const auto& each) { return each.due == SteadyTime(); });
      if (!is_new) state->changed.wait_until(lock, next);
    }
  });
}

void Resolver::WaitForFirst(Duration most) {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, most, [this] {
    return std::all_of(
        state_->watched.begin(), state_->watched.end(),
        [](const State::Watched& each) { return each.asked || each.endpoints.expired(); });
  });
}

}  // namespace inferwire::upstream
