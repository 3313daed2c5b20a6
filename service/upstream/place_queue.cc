#include "upstream/place_queue.h"

#include <algorithm>

namespace inferwire::upstream {

bool PlaceQueue::Join(std::shared_ptr<Waiter> waiter, size_t most, bool again) {
  const std::lock_guard lock(mutex_);
  if (!again && waiters_.size() >= most) return false;
  if (again) {
    waiters_.push_front(std::move(waiter));
  } else {
    waiters_.push_back(std::move(waiter));
  }
  waiting_.store(static_cast<int>(waiters_.size()), std::memory_order_seq_cst);
  return true;
}

void PlaceQueue::Leave(Waiter& waiter) {
  waiter.retry_ = nullptr;
  const std::lock_guard lock(mutex_);
  std::erase_if(waiters_, [&](const auto& each) { return each.get() == &waiter; });
  waiting_.store(static_cast<int>(waiters_.size()), std::memory_order_seq_cst);
}

// Posted under the lock: a loop that ends has had its calls leave before.
void PlaceQueue::WakeFirst() {
  const std::lock_guard lock(mutex_);
  if (waiters_.empty()) return;
  std::shared_ptr<Waiter> first = std::move(waiters_.front());
  waiters_.pop_front();
  waiting_.store(static_cast<int>(waiters_.size()), std::memory_order_seq_cst);
  Mailbox& mailbox = first->mailbox_;
  mailbox.Post([self = shared_from_this(), waiter = std::move(first)] {
    if (!waiter->retry_) return self->Wake();
    const auto retry = std::exchange(waiter->retry_, nullptr);
    retry();
  });
}

}  // namespace inferwire::upstream
