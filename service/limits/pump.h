// The thread that lets calls of the queue go on: it sleeps until the next of them may find room, or
// something says that there is.
#pragma once

#include <memory>
#include <thread>

#include "limits/fair_queue.h"

namespace inferwire::limits {

class Pump {
 public:
  explicit Pump(std::shared_ptr<FairQueue> queue);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

 private:
  void Run();

  const std::shared_ptr<FairQueue> queue_;  // with the counts of the process
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace inferwire::limits
