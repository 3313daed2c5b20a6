// The limits of which most is used, for the admin page.
#pragma once

#include <cstddef>
#include <string>

#include "policy/quota/quota.h"

namespace inferwire::app {

inline constexpr size_t kMostLimitsShown = 50;

// A GetLimitsResponse as JSON. Null: nobody has limits.
std::string LimitsPage(policy::Quota* quota);

}  // namespace inferwire::app
