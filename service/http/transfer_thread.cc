#include "http/transfer_thread.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace inferwire::http {

TransferThread::TransferThread(const Clock& clock, const TransferLimits& limits)
    : clock_(clock),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      transfers_(clock, limits),
      timers_(clock),
      mailbox_([this] { Wake(); }) {}

TransferThread::~TransferThread() {
  Stop();
  close(wake_);
}

void TransferThread::Start() {
  Tick();
  thread_ = std::thread([this] { Run(); });
}

bool TransferThread::Stop() {
  if (!thread_.joinable()) return false;
  stopping_ = true;
  Wake();
  thread_.join();
  return true;
}

void TransferThread::Tick() {
  last_tick_.store(clock_.Now().time_since_epoch().count(), std::memory_order_relaxed);
}

void TransferThread::Wake() {
  constexpr uint64_t kOne = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &kOne, sizeof(kOne));
}

void TransferThread::Run() {
  while (!stopping_) {
    bool busy = mailbox_.Run();
    busy = timers_.FireDue() || busy;
    if (transfers_.active() > 0) busy = transfers_.Poll() || busy;
    Tick();
    if (!busy) Sleep();
  }
}

void TransferThread::Sleep() {
  const SteadyTime now = clock_.Now();
  SteadyTime until = now + std::chrono::seconds(1);
  if (const auto due = timers_.NextDue()) until = std::min(until, *due);
  if (transfers_.active() > 0) {
    if (const auto due = transfers_.NextTimeout()) until = std::min(until, *due);
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::max(until - now, Duration()));
  std::array<pollfd, 2> ready{{{transfers_.epoll_fd(), POLLIN, 0}, {wake_, POLLIN, 0}}};
  poll(ready.data(), ready.size(), static_cast<int>(left.count()));
  uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t drained = read(wake_, &ignored, sizeof(ignored));
}

}  // namespace inferwire::http
