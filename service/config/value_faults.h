// Holds values that did not come out of a file (a tenant of the store) against the declared keys:
// the same forms and bounds, in the same words.
#pragma once

#include <vector>

#include "config/config.h"
#include "config/keys.h"

namespace inferwire::config {

// With the paths of the configuration, relative to what these keys are of. Empty: none.
std::vector<ConfigFault> FaultsOf(const Keys& keys);

}  // namespace inferwire::config
