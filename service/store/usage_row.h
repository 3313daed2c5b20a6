// A row of the ledger's sums: what was used in one hour under the same names.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace inferwire::store {

class Sql;

struct UsageRow {
  int64_t hour = 0;  // of UTC, since 1970
  // Texts that the database takes: UTF-8 without NUL.
  std::string tenant, team, key, user, model, upstream, operation, label;
  int64_t source = 0;  // a ledger::Source
  int64_t calls = 0, failed = 0, unpriced = 0;
  int64_t input = 0, cached = 0, output = 0, reasoning = 0;
  int64_t picousd = 0;
};

// Adds each to the row of its hour and names, in the caller's transaction: a few statements for
// all. No two of the same hour, names and source.
Result<void> AddUsageRows(Sql& sql, std::span<const UsageRow> rows);

}  // namespace inferwire::store
