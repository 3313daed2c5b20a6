#include "limits/period.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <string_view>
#include <utility>

namespace inferwire::limits {

struct TimeZone::Zone {
  std::string name;
  absl::TimeZone zone;
};

namespace {

// Abseil would take a path, or the machine's own zone, for a name too.
bool LooksLikeName(std::string_view name) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return !name.empty() && name.front() != '/' && name != "localtime" &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

template <class Civil>
Period Between(Civil begin, Civil end, const absl::TimeZone& zone) {
  return {absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(begin), zone)),
          absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(end), zone))};
}

}  // namespace

TimeZone TimeZone::Utc() {
  static const auto kUtc = std::make_shared<const Zone>(Zone{"UTC", absl::UTCTimeZone()});
  return TimeZone(kUtc);
}

Result<TimeZone> TimeZone::Find(const std::string& name) {
  auto zone = std::make_shared<Zone>();
  zone->name = name;
  if (LooksLikeName(name) && absl::LoadTimeZone(name, &zone->zone)) return TimeZone(zone);
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = v1::ERROR_REASON_INVALID_PARAMETER;
  error.message = "no time zone of this name is known here (Europe/Amsterdam is one)";
  return error;
}

const std::string& TimeZone::name() const { return zone_->name; }

Period TimeZone::Of(PeriodKind kind, WallTime time) const {
  const absl::TimeZone& zone = zone_->zone;
  const absl::CivilDay day(absl::ToCivilSecond(absl::FromChrono(time), zone));
  switch (kind) {
    case PeriodKind::kDay:
      break;
    case PeriodKind::kWeek: {
      const absl::CivilDay monday = absl::PrevWeekday(day + 1, absl::Weekday::monday);
      return Between(monday, monday + 7, zone);
    }
    case PeriodKind::kMonth: {
      const absl::CivilMonth month(day);
      return Between(month, month + 1, zone);
    }
  }
  return Between(day, day + 1, zone);
}

}  // namespace inferwire::limits
