#include "policy/deadlines/deadlines.h"

#include <gmock/gmock.h>

namespace inferwire::policy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ManualClock final : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return {}; }
  SteadyTime now{seconds(1000)};
};

class DeadlinesTest : public testing::Test {
 protected:
  ManualClock clock;
  Deadlines deadlines{{.unary = seconds(10), .stream = seconds(50), .max = seconds(60)}, clock};
  Call call;
};

TEST_F(DeadlinesTest, GiveTheDefaultToACallWithout) {
  EXPECT_TRUE(deadlines.Admit(call).ok());
  EXPECT_EQ(call.deadline, clock.now + seconds(10));
  call.streaming = true;
  EXPECT_TRUE(deadlines.Admit(call).ok());
  EXPECT_EQ(call.deadline, clock.now + seconds(50));
}

TEST_F(DeadlinesTest, KeepTheCallersLongerOrShorter) {
  for (const Duration wanted : {Duration(milliseconds(1)), Duration(seconds(60))}) {
    call.caller_deadline = clock.now + wanted;
    EXPECT_TRUE(deadlines.Admit(call).ok());
    EXPECT_EQ(call.deadline, clock.now + wanted);
  }
}

TEST_F(DeadlinesTest, CapWhatIsTooFarAway) {
  for (const SteadyTime wanted : {clock.now + seconds(61), SteadyTime::max()}) {
    call.caller_deadline = wanted;
    EXPECT_TRUE(deadlines.Admit(call).ok());
    EXPECT_EQ(call.deadline, clock.now + seconds(60));
  }
}

TEST_F(DeadlinesTest, CapTheDefaultsToo) {
  Deadlines strict({.unary = seconds(10), .stream = seconds(50), .max = seconds(5)}, clock);
  EXPECT_TRUE(strict.Admit(call).ok());
  EXPECT_EQ(call.deadline, clock.now + seconds(5));
}

TEST_F(DeadlinesTest, RefuseWhatHasExpired) {
  for (const SteadyTime wanted : {clock.now, clock.now - seconds(1), SteadyTime::min()}) {
    call.caller_deadline = wanted;
    const auto refused = deadlines.Admit(call);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kDeadlineExceeded);
    EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_DEADLINE);
    EXPECT_EQ(refused.error().origin, Origin::kCaller);
  }
}

TEST_F(DeadlinesTest, LookAtTheClockForEachCall) {
  EXPECT_TRUE(deadlines.Admit(call).ok());
  clock.now += seconds(7);
  EXPECT_TRUE(deadlines.Admit(call).ok());
  EXPECT_EQ(call.deadline, clock.now + seconds(10));
}

TEST(DeadlineMargin, LeavesTheErrorItsTimeAndTheCallMost) {
  EXPECT_EQ(DeadlineMargin(seconds(-1)), Duration::zero());
  EXPECT_EQ(DeadlineMargin(Duration::zero()), Duration::zero());
  EXPECT_EQ(DeadlineMargin(milliseconds(10)), milliseconds(1));
  EXPECT_EQ(DeadlineMargin(milliseconds(50)), milliseconds(5));
  EXPECT_EQ(DeadlineMargin(milliseconds(200)), milliseconds(5));
  EXPECT_EQ(DeadlineMargin(seconds(1)), milliseconds(20));
  EXPECT_EQ(DeadlineMargin(seconds(600)), milliseconds(50));
}

}  // namespace
}  // namespace inferwire::policy
