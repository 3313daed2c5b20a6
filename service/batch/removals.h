// Files of deleted batches at their upstreams: each is removed, again and again and ever more
// seldom, until it is gone or has been tried for about a day. On the worker's thread.
#pragma once

#include <memory>
#include <string>

#include "base/timers.h"
#include "batch/small_call.h"
#include "batch/worker_context.h"
#include "store/job.h"

namespace inferwire::batch {

class Removals {
 public:
  explicit Removals(const WorkerContext& work);

  // Goes on as long as there are any whose time has come.
  void Look() { timer_.Set(work_.Now()); }

 private:
  void OnTimer();
  void Next();
  void OnAnswer();
  // Another try, or no more.
  void Failed();
  void Finish(bool gone);

  const WorkerContext& work_;
  Timer timer_;
  store::Removal removal_;
  std::unique_ptr<SmallCall> call_;
  bool ended_ = false;  // the call has
};

}  // namespace inferwire::batch
