#include "rpc/loop.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "policy/concurrency/concurrency.h"
#include "rpc/idempotent_calls.h"
#include "rpc/live_call.h"
#include "telemetry/load_metrics.h"
#include "telemetry/metrics.h"
#include "upstream/shadow.h"

namespace inferwire::rpc {
namespace {

// How often calls are looked at that nothing happens to.
constexpr std::chrono::milliseconds kTendEvery{250};

}  // namespace

Loop::Loop(const LoopShared& shared, std::shared_ptr<const Settings> settings, uint64_t seed)
    : shared_(shared),
      clock_(shared.clock),
      transfers_(shared.clock, shared.transfer_limits),
      timers_(shared.clock),
      random_(seed),
      hedging_([this] { return has_too_much(); }, shared.memory),
      client_retries_(shared.metrics.Of<telemetry::ClientRetryMetrics>()),
      readiness_(transfers_.epoll_fd()) {
  TakeSettings(std::move(settings));
}

Loop::~Loop() { Stop(); }

void Loop::Host(std::unique_ptr<LoopGuest> guest) {
  guest_ = std::move(guest);
  readiness_.Watch(guest_->epoll_fd());
}

void Loop::Start() {
  assert(guest_);
  const SteadyTime now = clock_.Now();
  last_tick_ = now.time_since_epoch().count();
  load_ = {now};
  thread_ = std::thread([this] { Run(); });
}

void Loop::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  readiness_.Wake();
  thread_.join();
}

void Loop::CutCalls(const Error& error) {
  {
    std::lock_guard lock(orders_mutex_);
    cut_ = error;
  }
  ordered_ = true;
  readiness_.Wake();
}

void Loop::CutCallsOf(std::string key, Error error) {
  mailbox_.Post([this, key = std::move(key), error = std::move(error)] {
    if (!key.empty()) CutLiveCalls(error, key);
  });
}

void Loop::AnnounceEnd(std::string_view reason, SteadyTime end) {
  mailbox_.Post([this, reason, end] {
    const LiveCall::List calls = live_;  // one that is told may go
    for (LiveCall* call : calls) {
      if (live_.contains(call)) call->Announce(reason, end);
    }
  });
}

void Loop::Use(std::shared_ptr<const Settings> settings) {
  {
    std::lock_guard lock(orders_mutex_);
    settings_ = std::move(settings);
  }
  ordered_ = true;
  readiness_.Wake();
}

SteadyTime Loop::last_tick() const {
  return SteadyTime(SteadyTime::duration(last_tick_.load(std::memory_order_relaxed)));
}

void Loop::Run() {
  bool closed = false;
  while (!closed) {
    bool busy = guest_->Turn(load_);
    busy = timers_.FireDue() || busy;
    busy = mailbox_.Run() || busy;
    if (!transfers_.idle()) busy = transfers_.Poll() || busy;
    busy = guest_->EndTurn() || busy;
    const SteadyTime now = clock_.Now();
    last_tick_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    load_.upstream_waits = transfers_.has_backlog();
    if (!transfers_.lags()) {
      load_.lags_since.reset();
    } else if (!load_.lags_since) {
      load_.lags_since = now;
    }
    if (now - last_tending_ >= kTendEvery) TendCalls(now);
    live_count_.store(live_.size(), std::memory_order_relaxed);
    TakeOrders();
    on_turn_();
    closed = closing_ && guest_->closed();
    if (!busy && !closed) Sleep();
  }
  EndWhatIsLeft();
}

// What runs for callers of other loops: there are no connections of its own to wait for.
void Loop::EndWhatIsLeft() {
  if (live_.empty()) return;
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  error.message = "the gateway is shutting down";
  CutLiveCalls(error);
  timers_.FireDue();
}

void Loop::TakeOrders() {
  if (ordered_.exchange(false)) {
    std::optional<Error> cut;
    std::shared_ptr<const Settings> settings;
    {
      std::lock_guard lock(orders_mutex_);
      cut = std::exchange(cut_, std::nullopt);
      settings = std::exchange(settings_, nullptr);
    }
    if (settings) TakeSettings(std::move(settings));
    if (cut) CutLiveCalls(*cut);
  }
  if (stopping_ && !std::exchange(closing_, true)) guest_->Close();
}

// Calls that run keep the version that they began with.
void Loop::TakeSettings(std::shared_ptr<const Settings> settings) {
  struct Version {
    const std::shared_ptr<const Settings> settings;
    const CallServices services;
    std::unique_ptr<upstream::Shadows> shadows;  // end before what they use
    std::unique_ptr<identity::Authenticator> authenticator;
  };
  const Settings& from = *settings;
  auto shadows = std::make_unique<upstream::Shadows>(
      timers_, [this] { return has_too_much(); }, shared_.memory, shared_.ledger);
  hedging_.KeepOnly(from.router);
  std::unique_ptr<identity::Authenticator> authenticator;
  if (from.identity) {
    assert(shared_.refusals);  // callers are to be asked: nothing may keep that from happening
    authenticator = std::make_unique<identity::Authenticator>(
        from.identity, clock_, shared_.metrics.Of<identity::AuthMetrics>(), *shared_.refusals);
  }
  const auto version = std::make_shared<const Version>(
      Version{std::move(settings),
              {{transfers_, timers_, random_, upstream::RuntimeMetrics(shared_.metrics),
                from.router, from.answer_limits, chunk_message_, mailbox_, shared_.tracer,
                from.owned ? shared_.ownership : nullptr, shadows.get(), &hedging_, from.quota},
               from.policies,
               shared_.log,
               from.call_limits,
               live_,
               shared_.memory,
               authenticator.get(),
               shared_.ledger,
               shared_.idempotent,
               &client_retries_,
               from.users,
               shared_.shown},
              std::move(shadows),
              std::move(authenticator)});
  services_ = std::shared_ptr<const CallServices>(version, &version->services);
  transfers_.AllowConnections(from.max_upstream_connections);
}

void Loop::CutLiveCalls(const Error& error, std::string_view key) {
  std::vector<LiveCall*> calls;
  for (LiveCall* const call : live_) {
    if (key.empty() || call->Key() == key) calls.push_back(call);
  }
  for (LiveCall* call : calls) call->Cut(error);
}

void Loop::TendCalls(SteadyTime now) {
  last_tending_ = now;
  const bool critical =
      shared_.memory && shared_.memory->level() == gateway::MemoryBudget::Level::kCritical;
  if (critical) {
    ShedLargest();
    services_->runtime.shadows->Shed();
  }
  for (LiveCall* call : live_) call->Tend(now);  // deletes none
  if (shared_.idempotent) shared_.idempotent->Sweep();
}

void Loop::ShedLargest() {
  LiveCall* largest = nullptr;
  int64_t weight = 0;
  for (LiveCall* call : live_) {
    const CallSize size = call->Size();
    if (size.held < gateway::MemoryBudget::kSmallCall || size.weight <= weight) continue;
    largest = call;
    weight = size.weight;
  }
  if (!largest) return;
  services_->runtime.metrics.load.Ended(telemetry::CallEnded::kMemory);
  Error error =
      policy::Overloaded("the gateway held too much for its calls, and most for this one");
  error.safe_to_retry = false;  // an upstream may have answered it
  error.retry_after.reset();
  largest->Shed(error);
}

void Loop::Sleep() {
  const SteadyTime now = clock_.Now();
  SteadyTime until = now + guest_->BeforeSleep(!live_.empty());
  if (const auto due = timers_.NextDue()) until = std::min(until, *due);
  if (const auto due = transfers_.NextTimeout(); due && transfers_.active() > 0) {
    until = std::min(until, *due);
  }
  readiness_.Wait(until - now);
  load_.awake_since = clock_.Now();
}

}  // namespace inferwire::rpc
