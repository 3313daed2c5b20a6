// The days, weeks and months that limits are counted by, in a time zone of the IANA's database. A
// day is what the calendar of the zone calls one: 23 or 25 hours where the clocks are changed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::limits {

// In seconds since 1970. Periods of one kind and zone follow each other without a gap.
struct Period {
  int64_t begin = 0, end = 0;
  bool operator==(const Period&) const = default;
};

enum class PeriodKind { kDay, kWeek, kMonth };  // a week begins on Monday

// Cheap to copy; immutable.
class TimeZone {
 public:
  static TimeZone Utc();
  // The system's tables are asked. An error (INVALID_ARGUMENT) if they do not have the name.
  static Result<TimeZone> Find(const std::string& name);

  const std::string& name() const;
  Period Of(PeriodKind kind, WallTime time) const;

 private:
  struct Zone;
  explicit TimeZone(std::shared_ptr<const Zone> zone) : zone_(std::move(zone)) {}

  std::shared_ptr<const Zone> zone_;  // with all copies
};

}  // namespace inferwire::limits
