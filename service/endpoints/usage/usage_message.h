// Sums as callers are shown them.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "base/clock.h"
#include "endpoints/usage/buckets.h"
#include "inferwire/v1/usage_service.pb.h"
#include "store/usage_query.h"

namespace inferwire::endpoints {

void FillRow(const store::UsageSum& sum, const Hours& bucket, v1::UsageRow& row);

}  // namespace inferwire::endpoints
