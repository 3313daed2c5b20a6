#include "rpc/grpc/queue.h"

#include <grpc/support/time.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace inferwire::rpc {
namespace {

constexpr int kEventsPerTurn = 64;  // then upstream's turn comes, however busy the queue is

// Nearly all of gRPC's events come from reading a connection, which wakes us. What gRPC's own
// threads bring about (a connection that keepalive gives up, say) is found after a nap.
constexpr std::chrono::milliseconds kNap{100}, kNapWithCalls{10};
// With more than one loop another may be reading what woke this one: its event is about to come.
constexpr std::chrono::milliseconds kSearch{1};
constexpr int kSearches = 3;

}  // namespace

GrpcQueue::GrpcQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : queue_(std::move(queue)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

GrpcQueue::~GrpcQueue() {
  if (epoll_ >= 0) close(epoll_);
}

void GrpcQueue::Watch(int connection) {
  epoll_event event{};
  // Edges only: it is gRPC that reads, and may do so on another thread.
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  // Fails for want of memory only: then events are found a nap later.
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection, &event);
}

int GrpcQueue::ReadyConnections() {
  std::array<epoll_event, 16> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  return std::max(count, 0);
}

bool GrpcQueue::Turn(const LoopLoad&) {
  if (std::exchange(slept_, false)) {
    // Asked once, gRPC reads one connection, which need not bring about an event.
    looks_ = ReadyConnections();
    if (looks_ > 0) searches_ = kSearches;
  }
  int events = 0;
  while (events < kEventsPerTurn && TakeEvent()) ++events;
  if (events > 0) {
    searches_ = 0;
    return true;
  }
  if (looks_ == 0) return false;
  --looks_;
  return true;
}

bool GrpcQueue::TakeEvent() {
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

Duration GrpcQueue::BeforeSleep(bool has_calls) {
  slept_ = true;
  if (searches_ > 0) {
    --searches_;
    return kSearch;
  }
  return closing_ || has_calls ? kNapWithCalls : kNap;
}

void GrpcQueue::Close() {
  closing_ = true;
  queue_->Shutdown();
}

}  // namespace inferwire::rpc
