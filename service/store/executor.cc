#include "store/executor.h"

#include <utility>

namespace llmgate::store {

Executor::Executor(std::vector<std::unique_ptr<Jobs>> connections, size_t max_queued)
    : connections_(std::move(connections)), max_queued_(max_queued) {
  for (const auto& jobs : connections_) {
    threads_.emplace_back([this, &jobs = *jobs] { Run(jobs); });
  }
}

Executor::~Executor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Executor::Post(Work work) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
  return true;
}

void Executor::PostAlways(Work work) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
}

size_t Executor::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void Executor::Run(Jobs& jobs) {
  while (true) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work(jobs);
  }
}

}  // namespace llmgate::store
