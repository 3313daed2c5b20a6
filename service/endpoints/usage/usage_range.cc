#include "endpoints/usage/usage_range.h"

#include <chrono>
#include <cstdint>

namespace inferwire::endpoints {
namespace {

// From 1970 to 9999, as a Timestamp may be.
constexpr int64_t kLastSecond = 253'402'300'799;

bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= 0 && time.seconds() <= kLastSecond && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

int64_t HourBefore(const google::protobuf::Timestamp& time) {
  return std::chrono::floor<std::chrono::hours>(std::chrono::seconds(time.seconds())).count();
}

int64_t HourAfter(const google::protobuf::Timestamp& time) {
  const int64_t more = time.nanos() > 0 ? 1 : 0;
  return std::chrono::ceil<std::chrono::hours>(std::chrono::seconds(time.seconds() + more)).count();
}

}  // namespace

Result<Hours> RangeOf(const google::protobuf::Timestamp* start,
                      const google::protobuf::Timestamp* end, WallTime now) {
  if (!start) return InvalidField("start", "is required");
  if (!IsTime(*start)) return InvalidField("start", "is no time from 1970 to 9999");
  if (end && !IsTime(*end)) return InvalidField("end", "is no time from 1970 to 9999");
  const Hours range{HourBefore(*start),
                    end ? HourAfter(*end)
                        : std::chrono::ceil<std::chrono::hours>(now.time_since_epoch()).count()};
  if (range.end <= range.begin) return InvalidField("end", "is not after start");
  return range;
}

}  // namespace inferwire::endpoints
