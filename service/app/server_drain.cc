// How a server ends without losing a call that can end in time.
#include <algorithm>
#include <thread>
#include <utility>

#include "app/server.h"
#include "telemetry/server_metrics.h"

namespace inferwire::app {
namespace {

// What administrators have begun may end.
constexpr Duration kLastChanges = std::chrono::seconds(2);

Error Draining() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  error.message = "the gateway is shutting down and the call did not end in time";
  return error;
}

}  // namespace

void Server::Hurry() { HurryWithin(reloader_.running().drain.second_signal); }

void Server::HurryWithin(Duration time) {
  {
    std::lock_guard lock(mutex_);
    const SteadyTime until = clock_.Now() + time;
    hurried_until_ = std::min(hurried_until_.value_or(until), until);
  }
  hurried_.notify_all();
}

SteadyTime Server::SoonerIfHurried(SteadyTime time) const {
  std::lock_guard lock(mutex_);
  return hurried_until_ ? std::min(time, *hurried_until_) : time;
}

void Server::Drain() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(drained_, true)) return;
  }
  draining_ = true;
  reloader_.StopWatching();
  settings_parts_.quota->queue->Close();
  if (wire_) {
    metrics_.Of<telemetry::ServerMetrics>().Draining(true);
    log_.Event(telemetry::LogLevel::kInfo, "draining");
    health_board_.SetAll(false);
    if (admin_api_) admin_api_->Leave();
    {
      const std::lock_guard lock(trying_);
      try_box_.reset();
    }
    const config::DrainConfig& drain = reloader_.running().drain;
    for (const auto& loop : loops_) {
      loop->Nudge();
      loop->AnnounceEnd(ReasonName(v1::ERROR_REASON_GATEWAY_DRAINING),
                        clock_.Now() + drain.connection_wait + drain.calls);
    }
    listener_->StopAccepting();
    wire_->Leave();
    WaitForConnectionsToLeave(clock_.Now() + reloader_.running().drain.connection_wait);
    ShutdownWire();
    // What was told last may not be read yet, and the process's end resets what is open.
    WaitForConnectionsToLeave(clock_.Now() + reloader_.running().drain.last_call);
    log_.Event(calls_cut_ > 0 ? telemetry::LogLevel::kWarning : telemetry::LogLevel::kInfo,
               "drained", {{"calls_cut", static_cast<int64_t>(calls_cut_)}});
  }
  // As long as calls may come, keys may be revoked.
  if (admin_api_) admin_api_->Stop(kLastChanges, Draining());
  if (directory_) directory_->Stop();
  for (const auto& loop : loops_) loop->Stop();
  StopQueue();
  shared_keys_.reset();  // writes what has ended; no call asks any more
  if (batches_) batches_->Stop();
  prober_.Stop();
  if (limits_) limits_->Leave();
  signing_keys_.Stop();
  budgets_.Stop();
  FinishLedger();
}

void Server::StopQueue() {
  std::unique_ptr<limits::Pump> stopped;
  const std::lock_guard lock(mutex_);
  stopped.swap(queue_pump_);
}

// Nothing is booked any more.
void Server::FinishLedger() {
  constexpr std::chrono::seconds kMost{5};
  if (!ledger_) return;
  ledger_->Close();
  if (ledger_->held() > 0) {
    log_.Event(telemetry::LogLevel::kError, "ledger_calls_dropped", {{"calls", ledger_->held()}});
  }
  if (uploader_ && !uploader_->Finish(kMost)) {
    log_.Event(telemetry::LogLevel::kWarning, "ledger_not_uploaded",
               {{"error", "the store does not answer; the next start uploads the rest"}});
  }
}

void Server::WaitForConnectionsToLeave(SteadyTime until) {
  constexpr std::chrono::milliseconds kStep{20};
  while (listener_->connections() > 0) {
    const SteadyTime end = SoonerIfHurried(until);
    // In a hurry, connections without calls are not waited for.
    if (clock_.Now() >= end || (end < until && LiveCalls() == 0)) return;
    std::unique_lock lock(mutex_);
    hurried_.wait_for(lock, kStep);
  }
}

void Server::ShutdownWire() {
  std::promise<void> over;
  std::thread watcher([this, ended = over.get_future()] { WatchShutdown(ended); });
  // The watcher is sooner: it ends the calls that the wire alone would only cancel.
  wire_->Shutdown(clock_.WallNow() + reloader_.running().drain.calls);
  over.set_value();
  watcher.join();
}

// While the wire waits: tells the calls that do not end in time why, where the wire alone would
// only say CANCELLED, and does not let the watchers of our health hold us up when no call is left.
void Server::WatchShutdown(const std::future<void>& ended) {
  constexpr std::chrono::milliseconds kStep{20}, kIdleEnough{500};
  const config::DrainConfig drain = reloader_.running().drain;
  const SteadyTime until = clock_.Now() + drain.calls - std::min(drain.last_call, drain.calls);
  SteadyTime idle_since = clock_.Now();
  while (ended.wait_for(kStep) != std::future_status::ready) {
    const SteadyTime now = clock_.Now();
    if (LiveCalls() > 0) idle_since = now;
    if (now - idle_since >= kIdleEnough) return wire_->CancelAll();
    if (now < SoonerIfHurried(until)) continue;
    calls_cut_ = LiveCalls();
    for (const auto& loop : loops_) loop->CutCalls(Draining());
    return WatchLastCalls(ended, drain.last_call);
  }
}

// Calls that were told to end and cannot, because nobody reads what they have: not for longer than
// the rest of a shutdown that was told to hurry.
void Server::WatchLastCalls(const std::future<void>& ended, Duration most) {
  if (ended.wait_for(most) == std::future_status::ready) return;
  if (SoonerIfHurried(SteadyTime::max()) == SteadyTime::max())
    return;  // the wire's own time ends it
  wire_->CancelAll();
}

size_t Server::LiveCalls() const {
  size_t count = 0;
  for (const auto& loop : loops_) count += loop->live_calls();
  return count;
}

}  // namespace inferwire::app
