#include "rpc/loop.h"

#include <grpc/support/time.h>
#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace llmgate::rpc {
namespace {

constexpr int kEventsPerTurn = 64;  // then upstream's turn comes, however busy the queue is
constexpr auto kLongestSleep = std::chrono::seconds(1);
constexpr int kHelperPollMs = 50;

gpr_timespec After(Duration duration) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(std::max<int64_t>(duration.count(), 0), GPR_TIMESPAN));
}

}  // namespace

Loop::Loop(std::unique_ptr<grpc::ServerCompletionQueue> queue, const LoopShared& shared,
           uint64_t seed)
    : queue_(std::move(queue)),
      clock_(shared.clock),
      transfers_(shared.clock, shared.transfer_limits),
      timers_(shared.clock),
      random_(seed),
      services_{{transfers_, timers_, random_, shared.metrics, shared.routes, shared.answer_limits,
                 chunk_message_},
                shared.policies,
                shared.log,
                shared.call_limits,
                live_} {}

Loop::~Loop() { Stop(); }

void Loop::Start() {
  last_tick_ = clock_.Now().time_since_epoch().count();
  helper_ = std::thread([this] { HelperRun(); });
  thread_ = std::thread([this] { Run(); });
}

void Loop::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  Wake();
  thread_.join();
}

void Loop::CutCalls(const Error& error) {
  {
    std::lock_guard lock(cut_mutex_);
    cut_ = error;
  }
  cut_requested_ = true;
  Wake();
}

void Loop::Nudge() {
  nudged_ = true;
  Wake();
}

SteadyTime Loop::last_tick() const {
  return SteadyTime(SteadyTime::duration(last_tick_.load(std::memory_order_relaxed)));
}

void Loop::Run() {
  while (!drained_) {
    sends_.Begin();
    bool busy = TakeGrpcEvents();
    busy = timers_.FireDue() || busy;
    if (transfers_.active() > 0) busy = transfers_.Poll() || busy;
    sends_.End();
    last_tick_.store(clock_.Now().time_since_epoch().count(), std::memory_order_relaxed);
    live_count_.store(live_.size(), std::memory_order_relaxed);
    TakeRequests();
    on_turn_();
    if (!busy && !drained_) Sleep();
  }
}

bool Loop::TakeGrpcEvents() {
  const gpr_timespec past = gpr_inf_past(GPR_CLOCK_MONOTONIC);
  int events = 0;
  while (events < kEventsPerTurn && Dispatch(past)) ++events;
  return events > 0;
}

void Loop::TakeRequests() {
  if (cut_requested_.exchange(false)) {
    std::optional<Error> error;
    {
      std::lock_guard lock(cut_mutex_);
      error = std::exchange(cut_, std::nullopt);
    }
    const std::vector<Call*> calls(live_.begin(), live_.end());
    for (Call* call : calls) call->Cut(*error);
  }
  if (stopping_ && !queue_closed_) {
    // No alarm may be set on a queue that is shut down.
    helper_stop_ = true;
    if (!helper_armed_.exchange(true)) helper_gate_.release();
    helper_.join();
    queue_closed_ = true;
    queue_->Shutdown();
  }
}

bool Loop::Dispatch(gpr_timespec deadline) {
  void* tag = nullptr;
  bool ok = false;
  switch (queue_->AsyncNext(&tag, &ok, deadline)) {
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

void Loop::Sleep() {
  const SteadyTime now = clock_.Now();
  SteadyTime until = now + kLongestSleep;
  if (const auto due = timers_.NextDue()) until = std::min(until, *due);
  if (const auto due = transfers_.NextTimeout(); due && transfers_.active() > 0) {
    until = std::min(until, *due);
  }
  // With the alarm's tag still to come there is nothing to wake us with, and nothing that has to.
  const bool wakeable = !alarm_outstanding_ && !queue_closed_;
  if (wakeable) {
    sleeping_ = true;
    if (transfers_.active() > 0 && !helper_armed_.exchange(true)) helper_gate_.release();
    // Whoever asked for something before sleeping_ was on has not woken us.
    if (stopping_ || cut_requested_ || nudged_.exchange(false)) until = now;
  }
  alarm_came_ = false;
  Dispatch(After(until - now));
  if (wakeable && !sleeping_.exchange(false)) alarm_outstanding_ = !alarm_came_;
}

void Loop::HelperRun() {
  while (true) {
    helper_gate_.acquire();
    helper_armed_ = false;
    while (sleeping_ && !helper_stop_) {
      pollfd epoll{transfers_.epoll_fd(), POLLIN, 0};
      if (poll(&epoll, 1, kHelperPollMs) > 0) {
        Wake();
        break;
      }
    }
    if (helper_stop_) return;
  }
}

void Loop::Wake() {
  if (sleeping_.exchange(false)) alarm_.Set(queue_.get(), gpr_now(GPR_CLOCK_MONOTONIC), &wake_tag_);
}

void Loop::OnWake(bool) {
  alarm_outstanding_ = false;
  alarm_came_ = true;
}

}  // namespace llmgate::rpc
