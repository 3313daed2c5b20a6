// Closes what processes have left that did not end well: a call of theirs that began and never
// ended gets an end that says so (Source::kLost), in their own files. Killed on the way, it goes on
// where it was: no end is written twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "ledger/segment.h"

namespace inferwire::ledger {

struct Recovered {
  size_t writers = 0;  // that had not closed
  uint64_t lost = 0;   // calls
  size_t torn = 0;     // files that ended in the middle of a slot
};

// Nobody else writes in the folder. at: of the ends, nanoseconds since 1970.
Result<Recovered> CloseEarlierWriters(const std::string& folder, size_t segment_bytes,
                                      const Allocate& allocate, int64_t at);

}  // namespace inferwire::ledger
