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

template <class Connection>
ExecutorOf<Connection>::ExecutorOf(size_t max_queued)
    : max_queued_(max_queued),
      refusal_(StoreError(Fault::kConnection, "it has not been opened yet")) {}

template <class Connection>
ExecutorOf<Connection>::~ExecutorOf() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

template <class Connection>
void ExecutorOf<Connection>::Serve(std::vector<std::unique_ptr<Connection>> connections) {
  connections_ = std::move(connections);
  for (const auto& connection : connections_) {
    threads_.emplace_back([this, &connection = *connection] { Run(connection); });
  }
  std::lock_guard lock(mutex_);
  refusal_.reset();
}

template <class Connection>
void ExecutorOf<Connection>::Refuse(Error why) {
  std::lock_guard lock(mutex_);
  refusal_ = std::move(why);
}

template <class Connection>
Result<void> ExecutorOf<Connection>::Post(Work work) {
  {
    std::lock_guard lock(mutex_);
    if (refusal_) return *refusal_;
    if (queue_.size() >= max_queued_) return Overloaded();
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
  return {};
}

template <class Connection>
size_t ExecutorOf<Connection>::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

template <class Connection>
void ExecutorOf<Connection>::Run(Connection& connection) {
  while (true) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work(connection);
  }
}

template class ExecutorOf<Jobs>;
template class ExecutorOf<Directory>;

}  // namespace inferwire::store
