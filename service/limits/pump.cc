#include "limits/pump.h"

#include <chrono>
#include <utility>

namespace inferwire::limits {

Pump::Pump(std::shared_ptr<FairQueue> queue)
    : queue_(std::move(queue)), thread_([this] { Run(); }) {}

Pump::~Pump() {
  stopping_ = true;
  queue_->wakeup()->Notify();
  thread_.join();
}

void Pump::Run() {
  constexpr Duration kLongest = std::chrono::hours(1);
  while (!stopping_) {
    const auto next = queue_->Turn();
    if (next != Duration::zero()) queue_->wakeup()->Wait(next.value_or(kLongest));
  }
}

}  // namespace inferwire::limits
