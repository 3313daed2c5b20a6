#include "upstream/attempt_timeouts.h"

#include <gtest/gtest.h>

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;

// An attempt that began at `kStart`, within a call that has an hour.
const SteadyTime kStart(100h);
AttemptTimes Waiting() {
  AttemptTimes times;
  times.deadline = kStart + 1h;
  times.first_byte = 60s;
  times.between_events = 10s;
  times.started = times.last_byte = kStart;
  return times;
}

std::string TimeoutOf(const AttemptTimes& times, SteadyTime now) {
  const Error error = TimedOut(times, now, {});
  const auto phase = error.metadata.find("timeout");
  return phase == error.metadata.end() ? std::string(ReasonName(error.reason)) : phase->second;
}

TEST(AttemptTimeouts, BeforeTheFirstByteTheUpstreamHasItsTimeForThat) {
  EXPECT_EQ(NextDue(Waiting()), kStart + 60s);
  EXPECT_EQ(TimeoutOf(Waiting(), kStart + 60s), "first_byte");
}

TEST(AttemptTimeouts, AfterItEveryByteBeginsTheTimeBetweenEvents) {
  AttemptTimes times = Waiting();
  times.got_byte = true;
  times.last_byte = kStart + 30s;
  EXPECT_EQ(NextDue(times), kStart + 40s);
  EXPECT_EQ(TimeoutOf(times, kStart + 40s), "between_events");
}

TEST(AttemptTimeouts, ABodyThatIsStillSentPutsTheFirstByteOff) {
  AttemptTimes times = Waiting();
  times.body_read = true;
  times.last_byte = kStart + 10min;
  EXPECT_EQ(NextDue(times), kStart + 11min);
}

TEST(AttemptTimeouts, ASlowCallerIsNotASlowUpstream) {
  AttemptTimes times = Waiting();
  times.waits_for_caller = true;
  EXPECT_EQ(NextDue(times), times.deadline);
  times.got_byte = true;
  EXPECT_EQ(NextDue(times), times.deadline);
  times.attempt_timeout = 20min;
  EXPECT_EQ(NextDue(times), kStart + 20min);
}

TEST(AttemptTimeouts, TheCallersBoundsComeFirst) {
  AttemptTimes times = Waiting();
  times.attempt_timeout = 5s;
  EXPECT_EQ(NextDue(times), kStart + 5s);
  EXPECT_EQ(TimeoutOf(times, kStart + 5s), "attempt");
  times.deadline = kStart + 2s;
  EXPECT_EQ(NextDue(times), kStart + 2s);
  EXPECT_EQ(TimeoutOf(times, kStart + 2s), "DEADLINE");
}

}  // namespace
}  // namespace inferwire::upstream
