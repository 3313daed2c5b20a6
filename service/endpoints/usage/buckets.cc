#include "endpoints/usage/buckets.h"

#include <algorithm>
#include <chrono>

namespace inferwire::endpoints {
namespace {

// The first hour that begins at this second or later.
int64_t HourFrom(int64_t second) {
  return std::chrono::ceil<std::chrono::hours>(std::chrono::seconds(second)).count();
}

}  // namespace

Hours Buckets::Of(int64_t hour) const {
  if (kind_ == v1::QueryUsageRequest::BUCKET_ALL) return range_;
  Hours bucket{hour, hour + 1};
  if (kind_ != v1::QueryUsageRequest::BUCKET_HOUR) {
    const auto period = kind_ == v1::QueryUsageRequest::BUCKET_MONTH ? limits::PeriodKind::kMonth
                                                                     : limits::PeriodKind::kDay;
    const limits::Period of = zone_.Of(period, WallTime(std::chrono::hours(hour)));
    bucket = {HourFrom(of.begin), HourFrom(of.end)};
  }
  return {std::max(bucket.begin, range_.begin), std::min(bucket.end, range_.end)};
}

}  // namespace inferwire::endpoints
