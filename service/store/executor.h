// The threads that wait for the store so that the loops do not have to. Bounded: what does not fit
// is refused at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/jobs.h"

namespace llmgate::store {

class Executor {
 public:
  using Work = std::function<void(Jobs&)>;

  // One thread per connection.
  Executor(std::vector<std::unique_ptr<Jobs>> connections, size_t max_queued);
  // What is queued is still done.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Any thread. The work runs later on a thread of the executor. False: there is no room.
  bool Post(Work work);
  // For what must not be refused, because it undoes something: goes beyond the bound.
  void PostAlways(Work work);
  size_t queued() const;

 private:
  void Run(Jobs& jobs);

  const std::vector<std::unique_ptr<Jobs>> connections_;
  const size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Work> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace llmgate::store
