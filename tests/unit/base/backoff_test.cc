#include "base/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace inferwire {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesFromTheFirstWaitToTheBound) {
  EXPECT_EQ(Backoff(2s, 60s, 1), 2s);
  EXPECT_EQ(Backoff(2s, 60s, 2), 4s);
  EXPECT_EQ(Backoff(2s, 60s, 5), 32s);
  EXPECT_EQ(Backoff(2s, 60s, 6), 60s);
  EXPECT_EQ(Backoff(2s, 1s, 1), 1s) << "the bound holds for the first one too";
}

TEST(Backoff, NoNumberOfFailuresOverflowsIt) {
  EXPECT_EQ(Backoff(1h, 24h, INT64_MAX), 24h);
  EXPECT_EQ(Backoff(1h, 24h, 0), 1h);
}

TEST(Backoff, FullJitterSpreadsItOverAllOfIt) {
  Random random(1);
  std::set<Duration> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(FullJitterBackoff(2s, 60s, 3, random));
  EXPECT_GT(seen.size(), 900u);
  EXPECT_GE(*seen.begin(), 0s);
  EXPECT_LT(*seen.begin(), 100ms);
  EXPECT_LE(*seen.rbegin(), 8s);
  EXPECT_GT(*seen.rbegin(), 7900ms);
}

TEST(Backoff, HalfJitterSpreadsItOverItsUpperHalf) {
  Random random(1);
  std::set<Duration> seen;
  for (int i = 0; i < 100; ++i) seen.insert(HalfJitterBackoff(2s, 60s, 3, random));
  EXPECT_GT(seen.size(), 90u);
  EXPECT_GE(*seen.begin(), 4s);
  EXPECT_LE(*seen.rbegin(), 8s);
  EXPECT_LT(*seen.begin(), 5s);
  EXPECT_GT(*seen.rbegin(), 7s);
}

}  // namespace
}  // namespace inferwire
