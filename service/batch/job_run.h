// One job in work, held by a lease: its shards, and what becomes of the job as they go on. On the
// worker's thread.
#pragma once

#include <memory>
#include <vector>

#include "batch/import.h"
#include "batch/shard_run.h"
#include "batch/worker_context.h"
#include "store/jobs.h"

namespace inferwire::batch {

// What the states of its shards make of a job.
store::JobState StateOf(const store::Job& job);

class JobRun final : private ShardRun::Owner {
 public:
  enum class End {
    kNone,     // goes on
    kDone,     // the job has ended
    kGivenUp,  // the store failed: another run goes on from what it has
    kLost,     // another worker has the job
  };

  JobRun(const WorkerContext& work, const store::Lease& lease, store::Job job,
         SteadyTime lease_until);

  void Advance();
  // Makes the lease longer, and hears of a cancellation.
  void Renew();

  End end() const { return end_; }
  const store::Lease& lease() const override { return lease_; }

 private:
  const store::Job& job() const override { return job_; }
  bool Save(const store::Shard& shard) override;
  void GiveUp(const Error& error) override;
  void StartShards();
  void FinishJob();

  const WorkerContext& work_;
  const store::Lease lease_;
  store::Job job_;
  SteadyTime lease_until_;
  End end_ = End::kNone;
  std::unique_ptr<Import> import_;
  std::vector<std::unique_ptr<ShardRun>> shards_;
};

}  // namespace inferwire::batch
