// Hours of UTC as hours, days and months of a time zone. Where a zone's day begins within an hour,
// that hour belongs to the day in which it begins.
#pragma once

#include <cstdint>

#include "inferwire/v1/usage_service.pb.h"
#include "limits/period.h"

namespace inferwire::endpoints {

// Hours since 1970; the end is not one of them.
struct Hours {
  int64_t begin = 0, end = 0;
  bool operator==(const Hours&) const = default;
};

class Buckets {
 public:
  Buckets(v1::QueryUsageRequest::Bucket kind, limits::TimeZone zone, Hours range)
      : kind_(kind), zone_(std::move(zone)), range_(range) {}

  const Hours& range() const { return range_; }
  // The one that an hour of the range is in, cut at the range's ends.
  Hours Of(int64_t hour) const;

 private:
  v1::QueryUsageRequest::Bucket kind_;
  limits::TimeZone zone_;
  Hours range_;
};

}  // namespace inferwire::endpoints
