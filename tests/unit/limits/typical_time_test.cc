#include "limits/typical_time.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <random>

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;

TEST(TypicalTime, KnowsNothingAtFirstAndThenWhatCame) {
  TypicalTime time;
  EXPECT_EQ(time.get(), Duration::zero());
  time.Learn(milliseconds(300));
  EXPECT_EQ(time.get(), milliseconds(300));
}

TEST(TypicalTime, IsAboutTheMedianAndAFewLongCallsDoNotMoveIt) {
  std::mt19937_64 engine(1);
  std::lognormal_distribution<double> seconds(std::log(2.0), 1.2);
  TypicalTime time;
  double sum = 0;
  for (int i = 0; i < 20'000; ++i) {
    time.Learn(
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds(engine))));
    if (i >= 1000) sum += std::chrono::duration<double>(time.get()).count();
  }
  EXPECT_NEAR(sum / 19'000, 2.0, 0.3);
}

}  // namespace
}  // namespace inferwire::limits
