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

namespace inferwire::store {

struct UsageRow {
  int64_t hour = 0;  // of UTC, since 1970
  // Texts that the database takes: UTF-8 without NUL.
  std::string tenant, team, key, user, model, upstream, operation, label;
  int64_t source = 0;  // a ledger::Source
  int64_t calls = 0, failed = 0, unpriced = 0;
  int64_t input = 0, cached = 0, output = 0, reasoning = 0;
  int64_t picousd = 0;
};

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
  // if its last one is another. Rows in an order that is the same for all replicas.
  Result<bool> Add(int64_t writer, int64_t after, const WriterState& now,
                   const std::vector<UsageRow>& rows, WallTime reached);
  // Sums of earlier hours, and closed writers of then.
  Result<void> RemoveBefore(int64_t hour);

 private:
  Result<void> AddRow(const UsageRow& row);

  const std::unique_ptr<Sql> sql_;
};

}  // namespace inferwire::store
