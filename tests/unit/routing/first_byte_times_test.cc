#include "routing/first_byte_times.h"

#include <gtest/gtest.h>

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;

TEST(FirstByteTimes, SayNothingUntilThereAreEnough) {
  FirstByteTimes times;
  for (size_t i = 1; i < FirstByteTimes::kLeast; ++i) {
    times.Add(100ms);
    EXPECT_FALSE(times.P95());
  }
  times.Add(100ms);
  EXPECT_TRUE(times.P95());
}

TEST(FirstByteTimes, OneOfTwentyIsLater) {
  FirstByteTimes times;
  for (int i = 1; i <= 200; ++i) times.Add(i * 10ms);
  EXPECT_GE(*times.P95(), 1900ms);
  EXPECT_LE(*times.P95(), 1900ms * 1.1);
}

TEST(FirstByteTimes, AFewThatHangDoNotMoveIt) {
  FirstByteTimes times;
  for (int i = 0; i < 200; ++i) times.Add(i % 25 == 0 ? 60s : Duration(100ms));
  EXPECT_LE(*times.P95(), 110ms);
}

TEST(FirstByteTimes, ForgetWhatIsLongAgo) {
  FirstByteTimes times;
  for (size_t i = 0; i < FirstByteTimes::kKept; ++i) times.Add(10s);
  EXPECT_GE(*times.P95(), 10s);
  for (size_t i = 0; i < FirstByteTimes::kKept; ++i) times.Add(50ms);
  EXPECT_LE(*times.P95(), 55ms);
}

TEST(FirstByteTimes, TakeWhatIsShorterOrLongerThanAllTheyTellApart) {
  FirstByteTimes shortest, longest;
  for (size_t i = 0; i < FirstByteTimes::kLeast; ++i) {
    shortest.Add(0s);
    longest.Add(24h);
  }
  EXPECT_EQ(*shortest.P95(), 1ms);
  EXPECT_GT(*longest.P95(), 10min);
}

}  // namespace
}  // namespace inferwire::routing
