// When an attempt has taken too long, and what for. Pure.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "openai/error.h"

namespace inferwire::upstream {

struct AttemptTimes {
  SteadyTime deadline;                      // of the whole call
  std::optional<Duration> attempt_timeout;  // of this attempt, by the caller's wish
  Duration first_byte{}, between_events{};  // the upstream's
  SteadyTime started, last_byte;            // last_byte: read or, of the body, sent
  bool got_byte = false;                    // of the answer's body
  bool body_read = false;                   // some of a body that comes piece by piece was sent
  bool waits_for_caller = false;            // who reads or writes slowly is not a slow upstream
};

// When to look again: not before that can it have taken too long.
SteadyTime NextDue(const AttemptTimes& times);

// What has passed, once it is due.
Error TimedOut(const AttemptTimes& times, SteadyTime now, const openai::Attempt& attempt);

}  // namespace inferwire::upstream
