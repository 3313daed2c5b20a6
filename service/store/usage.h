// What was used and what it cost, summed by the hour, and how far each ledger's records are in the
// sums: both change in one transaction, so a record is never added twice. One connection, used by
// one thread; blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/jobs.h"
#include "store/sql.h"
#include "store/usage_row.h"

namespace inferwire::store {

// Of one ledger: the number of its last record that is in the sums, and whether it is the last of
// all.
struct WriterState {
  int64_t last = 0;
  bool closed = false;
};

class Usage {
 public:
  explicit Usage(std::unique_ptr<Sql> sql) : sql_(std::move(sql)) {}
  // Of a database whose schema is there: see Database::Open.
  static Result<std::unique_ptr<Usage>> Connect(const Location& location);

  Result<WriterState> Writer(int64_t writer);
  // Adds the rows of the writer's records after `after`, up to `now`. False, and nothing was done,
  // if its last one is another. Rows in an order that is the same for all replicas. reached: what
  // ended before is in the sums then.
  Result<bool> Add(int64_t writer, int64_t after, const WriterState& now,
                   const std::vector<UsageRow>& rows, WallTime reached);
  // The writer's records up to then are in the sums. Without effect on one that is closed.
  Result<void> Reached(int64_t writer, WallTime reached);
  // Sums of earlier hours, and closed writers of then.
  Result<void> RemoveBefore(int64_t hour);

 private:
  const std::unique_ptr<Sql> sql_;
};

}  // namespace inferwire::store
