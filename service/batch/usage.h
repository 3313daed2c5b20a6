// What results of a batch used: in the ledger's sums with the results themselves, in one
// transaction of the store, and then in the budgets and metrics of their caller and model. So a
// process that dies in between leaves neither a result without its use nor use without its result.
#pragma once

#include <optional>

#include "batch/worker_context.h"
#include "store/job.h"
#include "store/usage_row.h"

namespace inferwire::batch {

class ResultsUsage {
 public:
  // Before results are added to the shard. All of it outlives this.
  ResultsUsage(const WorkerContext& work, const store::Job& job, const store::Shard& shard);
  ResultsUsage(const ResultsUsage&) = delete;
  ResultsUsage& operator=(const ResultsUsage&) = delete;

  // For Jobs::AddResults. Null: nothing is booked.
  const store::UsageRow* booked() const { return booked_ ? &*booked_ : nullptr; }
  // They were added: the shard's use has grown.
  void Added() const;

 private:
  const WorkerContext& work_;
  const store::Job& job_;
  const store::Shard& shard_;
  const store::Tokens before_;
  std::optional<store::UsageRow> booked_;
};

}  // namespace inferwire::batch
