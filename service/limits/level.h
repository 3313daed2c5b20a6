// How much of a limit is used, as people are told it.
#pragma once

#include <cstdint>

#include "limits/limit.h"
#include "limits/moment.h"

namespace inferwire::limits {

struct Level {
  int64_t amount = 0;              // as configured
  int64_t at_most = 0;             // what may be used of it at once: a flow's burst
  int64_t used = 0, reserved = 0;  // of a flow, used is what has not come back yet
  int64_t remaining = 0;           // never negative
  int64_t in_doubt = 0;            // of that used, what a process that is gone may have used
  bool local = false;              // of a shared limit: the store of it is not reached
  WallTime reset_at{};             // all of it is there again; 1970: it is held, not used up
  WallTime period_end{};           // of money; 1970: none

  // 1: nothing is left.
  double used_ratio() const;
};

Level LevelOf(const Limit& limit, Moment now);

}  // namespace inferwire::limits
