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
#include "store/directory.h"
#include "store/jobs.h"

namespace inferwire::store {

// Connection: the part of the store that is asked, e.g. Jobs.
template <class Connection>
class ExecutorOf {
 public:
  using Work = std::function<void(Connection&)>;

  // Refuses until Serve.
  explicit ExecutorOf(size_t max_queued);
  // What is queued is still done.
  ~ExecutorOf();
  ExecutorOf(const ExecutorOf&) = delete;
  ExecutorOf& operator=(const ExecutorOf&) = delete;

  // Once: one thread per connection.
  void Serve(std::vector<std::unique_ptr<Connection>> connections);
  // Why there is no store, before Serve; any thread.
  void Refuse(Error why);

  // Any thread. The work runs later on a thread of the executor. STORE_UNAVAILABLE while there is
  // no store, GATEWAY_OVERLOADED if there is no room.
  Result<void> Post(Work work);
  size_t queued() const;

 private:
  void Run(Connection& connection);

  const size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Work> queue_;
  std::optional<Error> refusal_;  // none: it serves
  bool stopping_ = false;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::thread> threads_;
};

using Executor = ExecutorOf<Jobs>;
using DirectoryExecutor = ExecutorOf<Directory>;

}  // namespace inferwire::store
