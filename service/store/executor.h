// The threads that wait for the store so that the loops do not have to. Bounded: what does not fit
// is refused at once, and so is everything while there is no store.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "store/jobs.h"

namespace inferwire::store {

class Executor {
 public:
  using Work = std::function<void(Jobs&)>;

  // Refuses until Serve.
  explicit Executor(size_t max_queued);
  // What is queued is still done.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Once: one thread per connection.
  void Serve(std::vector<std::unique_ptr<Jobs>> connections);
  // Why there is no store, before Serve; any thread.
  void Refuse(Error why);

  // Any thread. The work runs later on a thread of the executor. STORE_UNAVAILABLE while there is
  // no store, GATEWAY_OVERLOADED if there is no room.
  Result<void> Post(Work work);
  size_t queued() const;

 private:
  void Run(Jobs& jobs);

  const size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Work> queue_;
  std::optional<Error> refusal_;  // none: it serves
  bool stopping_ = false;
  std::vector<std::unique_ptr<Jobs>> connections_;
  std::vector<std::thread> threads_;
};

}  // namespace inferwire::store
