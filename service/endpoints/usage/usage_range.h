// The time that a question is about.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "endpoints/usage/buckets.h"

namespace inferwire::endpoints {

// Whole hours that cover it. start, end: null if they are unset; the end is now then.
Result<Hours> RangeOf(const google::protobuf::Timestamp* start,
                      const google::protobuf::Timestamp* end, WallTime now);

}  // namespace inferwire::endpoints
