#include "limits/period.h"

#include <gmock/gmock.h>

#include <string>

namespace inferwire::limits {
namespace {

using testing::HasSubstr;

constexpr int64_t kHour = 3600;

WallTime At(int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

TimeZone Zone(const std::string& name) {
  auto zone = TimeZone::Find(name);
  EXPECT_TRUE(zone.ok()) << name << ": the tests need tzdata";
  return zone ? *zone : TimeZone::Utc();
}

int64_t HoursOfDay(const TimeZone& zone, int64_t time) {
  const Period day = zone.Of(PeriodKind::kDay, At(time));
  return (day.end - day.begin) / kHour;
}

TEST(TimeZone, AnUnknownNameIsAFaultOfTheConfiguration) {
  // Abseil by itself would take the last ones for the machine's zone or for a file.
  for (const char* name : {"Nowhere/None", "", "Europe/Amsterdam ", "localtime", "/etc/localtime",
                           "../zoneinfo/UTC", "file:/etc/localtime"}) {
    const auto zone = TimeZone::Find(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().code, Code::kInvalidArgument);
    EXPECT_THAT(zone.error().message, HasSubstr("time zone"));
  }
}

TEST(TimeZone, ADayBeginsAndEndsWithTheCalendarOfItsZone) {
  // 2026-11-29T12:00:00Z.
  const int64_t noon = 1'795'953'600;
  EXPECT_EQ(TimeZone::Utc().Of(PeriodKind::kDay, At(noon)),
            (Period{noon - 12 * kHour, noon + 12 * kHour}));
  EXPECT_EQ(Zone("Europe/Amsterdam").Of(PeriodKind::kDay, At(noon)),
            (Period{noon - 13 * kHour, noon + 11 * kHour}));
  EXPECT_EQ(Zone("Asia/Shanghai").Of(PeriodKind::kDay, At(noon)),
            (Period{noon - 20 * kHour, noon + 4 * kHour}));
}

TEST(TimeZone, ADayOnWhichClocksAreChangedHas23Or25Hours) {
  const TimeZone amsterdam = Zone("Europe/Amsterdam");
  EXPECT_EQ(HoursOfDay(amsterdam, 1'774'778'400), 23);  // 2026-03-29T10:00Z
  EXPECT_EQ(HoursOfDay(amsterdam, 1'792'922'400), 25);  // 2026-10-25T10:00Z
  EXPECT_EQ(HoursOfDay(amsterdam, 1'792'836'000), 24);  // the day before
  // Midnight itself was left out: the day began at one o'clock.
  EXPECT_EQ(HoursOfDay(Zone("America/Sao_Paulo"), 1'541'343'600), 23);  // 2018-11-04T15:00Z
}

TEST(TimeZone, ADayThatAZoneLeftOutIsNobodysDay) {
  // Samoa went from the end of 2011-12-29 to the beginning of 2011-12-31.
  const TimeZone apia = Zone("Pacific/Apia");
  const Period before = apia.Of(PeriodKind::kDay, At(1'325'199'600));  // 2011-12-29T23:00Z
  const Period after = apia.Of(PeriodKind::kDay, At(before.end));
  EXPECT_EQ(before.end - before.begin, 24 * kHour);
  EXPECT_EQ(after.begin, before.end);
  EXPECT_EQ(after.end - after.begin, 24 * kHour);
}

TEST(TimeZone, AWeekBeginsOnMondayAndAMonthOnItsFirst) {
  const TimeZone utc = TimeZone::Utc();
  const int64_t sunday = 1'795'953'600;  // 2026-11-29T12:00:00Z
  const int64_t monday = sunday + 12 * kHour;
  EXPECT_EQ(utc.Of(PeriodKind::kWeek, At(sunday)), (Period{monday - 7 * 24 * kHour, monday}));
  EXPECT_EQ(utc.Of(PeriodKind::kWeek, At(monday)), (Period{monday, monday + 7 * 24 * kHour}));
  EXPECT_EQ(utc.Of(PeriodKind::kMonth, At(sunday)),
            (Period{1'793'491'200, 1'796'083'200}));  // 2026-11-01, 2026-12-01
}

TEST(TimeZone, PeriodsFollowEachOtherWithoutGapOrOverlap) {
  for (const char* name : {"UTC", "Europe/Amsterdam", "America/Sao_Paulo", "Pacific/Apia",
                           "Atlantic/Azores", "Australia/Lord_Howe", "Asia/Kathmandu"}) {
    const TimeZone zone = Zone(name);
    for (const auto kind : {PeriodKind::kDay, PeriodKind::kWeek, PeriodKind::kMonth}) {
      Period last = zone.Of(kind, At(1'293'840'000));  // 2011
      while (last.end < 2'000'000'000) {
        const Period next = zone.Of(kind, At(last.end));
        ASSERT_EQ(next.begin, last.end) << name;
        ASSERT_GT(next.end, next.begin) << name;
        ASSERT_EQ(zone.Of(kind, At(next.end - 1)), next) << name;
        last = next;
      }
    }
  }
}

}  // namespace
}  // namespace inferwire::limits
