// Where a list of sums goes on: behind this group of this bucket. Opaque to callers; good for the
// same question only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/usage_row.h"

namespace inferwire::endpoints {

struct UsagePlace {
  int64_t hour = 0;         // the bucket's first
  bool within = false;      // behind `after`; else from the bucket's beginning on
  store::UsageRow after{};  // only its names and its source
};

// question: what makes it the same one.
std::string ToToken(const UsagePlace& place, std::string_view question);
// field: of the request, for the error.
Result<UsagePlace> FromToken(std::string_view token, std::string_view question,
                             std::string_view field);

}  // namespace inferwire::endpoints
