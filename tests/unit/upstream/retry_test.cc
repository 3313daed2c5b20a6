#include "upstream/retry.h"

#include <gtest/gtest.h>

#include <set>

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;

http::Outcome Unsent() {
  http::Outcome outcome;
  outcome.failure = http::Failure::kConnect;
  outcome.provably_unsent = true;
  return outcome;
}

std::set<Duration> Delays(int number) {
  Random random(1);
  std::set<Duration> delays;
  const http::Outcome outcome = Unsent();
  for (int i = 0; i < 1000; ++i) {
    delays.insert(*RetryDelay({outcome, number, 100, 1h}, random));
  }
  return delays;
}

TEST(Retry, WaitsAnywhereBetweenNothingAndABoundThatDoubles) {
  for (const auto& [number, bound] :
       {std::pair<int, Duration>(1, 500ms), {2, 1s}, {4, 4s}, {5, 8s}, {6, 8s}, {50, 8s}}) {
    const std::set<Duration> delays = Delays(number);
    EXPECT_GE(*delays.begin(), 0s) << number;
    EXPECT_LT(*delays.begin(), bound / 50) << number;
    EXPECT_GT(*delays.rbegin(), bound - bound / 50) << number;
    EXPECT_LT(*delays.rbegin(), bound) << number;
  }
}

TEST(Retry, GivesUp) {
  Random random(1);
  const http::Outcome unsent = Unsent();
  EXPECT_FALSE(RetryDelay({unsent, 3, 2, 1h}, random)) << "as often as was allowed";
  EXPECT_FALSE(RetryDelay({unsent, 1, 2, 0s}, random)) << "the deadline comes first";
  http::Outcome sent = unsent;
  sent.provably_unsent = false;
  EXPECT_FALSE(RetryDelay({sent, 1, 2, 1h}, random)) << "it may have been billed";
}

}  // namespace
}  // namespace inferwire::upstream
