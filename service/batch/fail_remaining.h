// The end of a shard's items that have no result: each gets one that says why, some at a time.
#pragma once

#include <map>
#include <string>

#include "batch/upstream_batch.h"
#include "batch/worker_context.h"
#include "store/jobs.h"

namespace inferwire::batch {

class FailRemaining {
 public:
  // lines: what upstream said of single lines of the input file, instead of the common error.
  FailRemaining(const WorkerContext& work, const store::Lease& lease, store::Shard& shard,
                store::ItemOutcome outcome, const Error& error, std::map<int64_t, Error> lines)
      : work_(work),
        lease_(lease),
        shard_(shard),
        outcome_(outcome),
        error_(error),
        lines_(std::move(lines)) {}

  // True once every item has a result.
  Result<bool> EndSome();
  // Of the lines, as far as they were passed.
  const std::map<int64_t, std::string>& custom_ids() const { return custom_ids_; }

 private:
  const WorkerContext& work_;
  const store::Lease lease_;
  store::Shard& shard_;
  const store::ItemOutcome outcome_;
  const Error error_;
  const std::map<int64_t, Error> lines_;
  std::map<int64_t, std::string> custom_ids_;
  int64_t next_item_ = 0;
  int64_t line_ = 0;
};

}  // namespace inferwire::batch
