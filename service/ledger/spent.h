// What a writer's files say that somebody has spent: of a process that is gone, what it had not
// told anybody else.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/record.h"

namespace inferwire::ledger {

struct Spent {
  bool known = false;  // there are files of this writer
  int64_t picousd = 0;
  uint64_t lost = 0;  // calls that began and of whose end nothing is known
};

// whose: names that are not empty have to be the record's. from, until: seconds since 1970 in which
// calls ended. Reads all files of the writer.
Spent SpentBy(const std::string& folder, uint64_t writer, const Names& whose, int64_t from,
              int64_t until);

}  // namespace inferwire::ledger
