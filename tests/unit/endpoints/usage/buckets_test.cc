#include "endpoints/usage/buckets.h"

#include <gtest/gtest.h>

namespace inferwire::endpoints {
namespace {

using Kind = v1::QueryUsageRequest;

// 2026-10-25 at 00:00 in Amsterdam, when clocks are turned back, and 2026-03-29, when forward.
constexpr int64_t kLongDay = 1'792'879'200 / 3600, kShortDay = 1'774'738'800 / 3600;

Hours Everything() { return {0, 1'000'000}; }

limits::TimeZone Amsterdam() { return *limits::TimeZone::Find("Europe/Amsterdam"); }

TEST(Buckets, ADayHasTheHoursThatItsZoneGivesIt) {
  const Buckets days(Kind::BUCKET_DAY, Amsterdam(), Everything());
  EXPECT_EQ(days.Of(kLongDay), (Hours{kLongDay, kLongDay + 25}));
  EXPECT_EQ(days.Of(kLongDay + 24), (Hours{kLongDay, kLongDay + 25}));
  EXPECT_EQ(days.Of(kLongDay + 25), (Hours{kLongDay + 25, kLongDay + 49}));
  EXPECT_EQ(days.Of(kShortDay + 22), (Hours{kShortDay, kShortDay + 23}));
  EXPECT_EQ(days.Of(kShortDay + 23).begin, kShortDay + 23);
}

TEST(Buckets, FollowEachOtherWithoutAGapInZonesWhoseDaysBeginWithinAnHour) {
  for (const char* zone : {"Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"}) {
    const Buckets days(Kind::BUCKET_DAY, *limits::TimeZone::Find(zone), Everything());
    int64_t hour = kShortDay;
    for (int day = 0; day < 400; ++day) {
      const Hours bucket = days.Of(hour);
      ASSERT_LE(bucket.begin, hour) << zone;
      ASSERT_GT(bucket.end, hour) << zone;
      ASSERT_EQ(days.Of(bucket.end - 1), bucket) << zone;
      ASSERT_EQ(days.Of(bucket.end).begin, bucket.end) << zone;
      hour = bucket.end;
    }
  }
}

TEST(Buckets, AreCutAtTheEndsOfWhatWasAskedFor) {
  const Hours range{kLongDay + 5, kLongDay + 30};
  EXPECT_EQ(Buckets(Kind::BUCKET_DAY, Amsterdam(), range).Of(kLongDay + 6),
            (Hours{kLongDay + 5, kLongDay + 25}));
  EXPECT_EQ(Buckets(Kind::BUCKET_MONTH, Amsterdam(), range).Of(kLongDay + 6), range);
  EXPECT_EQ(Buckets(Kind::BUCKET_ALL, Amsterdam(), range).Of(kLongDay + 6), range);
  EXPECT_EQ(Buckets(Kind::BUCKET_HOUR, Amsterdam(), range).Of(kLongDay + 6),
            (Hours{kLongDay + 6, kLongDay + 7}));
}

}  // namespace
}  // namespace inferwire::endpoints
