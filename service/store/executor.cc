#include "store/executor.h"

#include <utility>

#include "store/fault.h"

namespace inferwire::store {
namespace {

Error Overloaded() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_OVERLOADED;
  error.message = "the store has too much to do";
  error.safe_to_retry = true;
  return error;
}

}  // namespace

Executor::Executor(size_t max_queued)
    : max_queued_(max_queued),
      refusal_(StoreError(Fault::kConnection, "it has not been opened yet")) {}

Executor::~Executor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Executor::Serve(std::vector<std::unique_ptr<Jobs>> connections) {
  connections_ = std::move(connections);
  for (const auto& jobs : connections_) {
    threads_.emplace_back([this, &jobs = *jobs] { Run(jobs); });
  }
  std::lock_guard lock(mutex_);
  refusal_.reset();
}

void Executor::Refuse(Error why) {
  std::lock_guard lock(mutex_);
  refusal_ = std::move(why);
}

Result<void> Executor::Post(Work work) {
  {
    std::lock_guard lock(mutex_);
    if (refusal_) return *refusal_;
    if (queue_.size() >= max_queued_) return Overloaded();
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
  return {};
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

}  // namespace inferwire::store
