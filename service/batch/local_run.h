// A shard that the gateway works off itself, because its upstream has no batches: item by item, at
// low priority, a few at a time. An item that was in flight when the process ended is sent again:
// it may be billed twice, but has one result. On the worker's thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/timers.h"
#include "batch/answer_line.h"
#include "batch/small_call.h"
#include "batch/worker_context.h"

namespace inferwire::batch {

class LocalRun {
 public:
  // on_failure: the store failed, nothing more is done. on_change: Advance is wanted.
  LocalRun(const WorkerContext& work, const upstream::Upstream& upstream, const store::Lease& lease,
           const store::Job& job, store::Shard& shard, std::function<void(const Error&)> on_failure,
           std::function<void()> on_change);
  ~LocalRun();
  LocalRun(const LocalRun&) = delete;
  LocalRun& operator=(const LocalRun&) = delete;

  void Advance();
  // Every item has its result.
  bool complete() const { return read_all_ && running_.empty(); }

 private:
  struct Running {
    store::Item item;
    std::unique_ptr<SmallCall> call;  // none: waits for its next attempt
    bool ended = false;
    int failures = 0;
    SteadyTime retry_at{};
  };

  void TakeEnded();
  bool TakeOne(Running& running);
  void StartMore();
  void StartCall(Running& running);

  const WorkerContext& work_;
  const upstream::Upstream& upstream_;
  const store::Lease lease_;
  const store::Job& job_;
  store::Shard& shard_;
  const std::function<void(const Error&)> on_failure_;
  const std::function<void()> on_change_;
  Semaphore& semaphore_;
  const Pricing pricing_;
  Timer retry_timer_;
  std::map<int64_t, Running> running_;  // by the item's index
  int64_t next_item_ = 0;
  bool read_all_ = false;
};

}  // namespace inferwire::batch
