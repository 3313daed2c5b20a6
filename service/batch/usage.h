// What results of a batch used, from before they are stored until they are: then it is in the
// metrics of their model and of their caller, and in the ledger. A process that dies between the
// two leaves a record in the ledger that says so.
#pragma once

#include <cstdint>

#include "batch/worker_context.h"
#include "store/job.h"

namespace inferwire::batch {

class ResultsUsage {
 public:
  // Before results are added to the shard. All of it outlives this.
  ResultsUsage(const WorkerContext& work, const store::Job& job, const store::Shard& shard);
  // If they were not added, nothing was used.
  ~ResultsUsage();
  ResultsUsage(const ResultsUsage&) = delete;
  ResultsUsage& operator=(const ResultsUsage&) = delete;

  // They were: the shard's use has grown.
  void Added();

 private:
  void Count() const;

  const WorkerContext& work_;
  const store::Job& job_;
  const store::Shard& shard_;
  const store::Tokens before_;
  uint64_t begin_ = 0;  // in the ledger
  bool added_ = false;
};

}  // namespace inferwire::batch
