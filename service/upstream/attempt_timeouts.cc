#include "upstream/attempt_timeouts.h"

#include <algorithm>
#include <chrono>

namespace inferwire::upstream {
namespace {

std::chrono::milliseconds Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

SteadyTime NextDue(const AttemptTimes& times) {
  SteadyTime due = times.deadline;
  if (times.attempt_timeout) due = std::min(due, times.started + *times.attempt_timeout);
  if (times.waits_for_caller) return due;
  if (times.got_byte) return std::min(due, times.last_byte + times.between_events);
  const SteadyTime since = times.body_read ? times.last_byte : times.started;
  return std::min(due, since + times.first_byte);
}

Error TimedOut(const AttemptTimes& times, SteadyTime now, const openai::Attempt& attempt) {
  if (now >= times.deadline) {
    return openai::DeadlineExceeded("the call's deadline passed", attempt);
  }
  if (times.attempt_timeout && now >= times.started + *times.attempt_timeout) {
    return openai::AttemptTimeout("attempt", Milliseconds(*times.attempt_timeout), attempt);
  }
  if (times.got_byte) {
    return openai::AttemptTimeout("between_events", Milliseconds(times.between_events), attempt);
  }
  return openai::AttemptTimeout("first_byte", Milliseconds(times.first_byte), attempt);
}

}  // namespace inferwire::upstream
