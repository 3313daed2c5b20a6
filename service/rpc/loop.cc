#include "rpc/loop.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "policy/concurrency/concurrency.h"
#include "rpc/live_call.h"
#include "telemetry/load_metrics.h"

namespace inferwire::rpc {
namespace {

constexpr int kEventsPerTurn = 64;  // then upstream's turn comes, however busy the queue is

// Nearly all of gRPC's events come from reading a connection, which wakes us. What gRPC's own
// threads bring about (a connection that keepalive gives up, say) is found after a nap.
constexpr std::chrono::milliseconds kNap{100}, kNapWithCalls{10};
// With more than one loop another may be reading what woke this one: its event is about to come.
constexpr std::chrono::milliseconds kSearch{1};
constexpr int kSearches = 3;
// How often calls are looked at that nothing happens to.
constexpr std::chrono::milliseconds kTendEvery{250};

}  // namespace

Loop::Loop(std::unique_ptr<grpc::ServerCompletionQueue> queue, const LoopShared& shared,
           std::shared_ptr<const Settings> settings, uint64_t seed)
    : queue_(std::move(queue)),
      shared_(shared),
      clock_(shared.clock),
      transfers_(shared.clock, shared.transfer_limits),
      timers_(shared.clock),
      random_(seed),
      readiness_(transfers_.epoll_fd()) {
  TakeSettings(std::move(settings));
}

Loop::~Loop() { Stop(); }

void Loop::Start() {
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
  while (!drained_) {
    bool busy = !std::exchange(upstream_first_, false) && TakeEvents();
    busy = timers_.FireDue() || busy;
    busy = mailbox_.Run() || busy;
    if (!transfers_.idle()) busy = transfers_.Poll() || busy;
    if (guest_) busy = guest_->EndTurn() || busy;
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
    if (busy || drained_) continue;
    if (looks_ > 0) {
      --looks_;
    } else {
      Sleep();
    }
  }
}

void Loop::Host(std::unique_ptr<LoopGuest> guest) {
  guest_ = std::move(guest);
  readiness_.WatchGuest(guest_->epoll_fd());
}

bool Loop::TakeEvents() { return guest_ ? guest_->Turn(load_) : TakeGrpcEvents(); }

bool Loop::TakeGrpcEvents() {
  int events = 0;
  while (events < kEventsPerTurn && TakeGrpcEvent()) ++events;
  if (events > 0) searches_ = 0;
  return events > 0;
}

bool Loop::TakeGrpcEvent() {
  void* tag = nullptr;
  bool ok = false;
  switch (queue_->AsyncNext(&tag, &ok, gpr_inf_past(GPR_CLOCK_MONOTONIC))) {
    case grpc::CompletionQueue::GOT_EVENT:
      static_cast<Tag*>(tag)->Complete(ok);
      return true;
    case grpc::CompletionQueue::SHUTDOWN:
      drained_ = true;
      return false;
    case grpc::CompletionQueue::TIMEOUT:
      return false;
  }
  return false;
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
  if (stopping_ && !queue_closed_) {
    queue_closed_ = true;
    if (queue_) {
      queue_->Shutdown();
    } else {
      drained_ = true;
    }
  }
}

// Calls that run keep the version that they began with.
void Loop::TakeSettings(std::shared_ptr<const Settings> settings) {
  struct Version {
    const std::shared_ptr<const Settings> settings;
    const CallServices services;
  };
  const Settings& from = *settings;
  const auto version = std::make_shared<const Version>(Version{
      std::move(settings),
      {{transfers_, timers_, random_, upstream::RuntimeMetrics(shared_.metrics), from.router,
        from.answer_limits, chunk_message_, mailbox_, shared_.tracer, shared_.ownership},
       from.policies,
       shared_.log,
       from.call_limits,
       live_,
       shared_.memory}});
  services_ = std::shared_ptr<const CallServices>(version, &version->services);
  transfers_.AllowConnections(from.max_upstream_connections);
}

void Loop::CutLiveCalls(const Error& error) {
  const std::vector<LiveCall*> calls(live_.begin(), live_.end());
  for (LiveCall* call : calls) call->Cut(error);
}

void Loop::TendCalls(SteadyTime now) {
  last_tending_ = now;
  const bool critical =
      shared_.memory && shared_.memory->level() == gateway::MemoryBudget::Level::kCritical;
  if (critical) ShedLargest();
  for (LiveCall* call : live_) call->Tend(now);  // deletes none
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
  // What a guest has wakes the loop; gRPC has events that nothing tells of.
  const bool waits = queue_closed_ || (!guest_ && !live_.empty());
  SteadyTime until = now + (searches_ > 0 ? kSearch : waits ? kNapWithCalls : kNap);
  if (const auto due = timers_.NextDue()) until = std::min(until, *due);
  if (const auto due = transfers_.NextTimeout(); due && transfers_.active() > 0) {
    until = std::min(until, *due);
  }
  const Readiness::Ready ready = readiness_.Wait(until - now);
  load_.awake_since = clock_.Now();
  if (guest_) return;
  // An upstream's answer goes on its way before gRPC is asked for anything.
  upstream_first_ = ready.upstream && ready.callers == 0;
  // Asked once, gRPC reads one connection, which need not bring about an event.
  looks_ = ready.callers;
  if (looks_ > 0) {
    searches_ = kSearches;
  } else if (searches_ > 0) {
    --searches_;
  }
}

}  // namespace inferwire::rpc
