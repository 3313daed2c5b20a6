// Whether the secrets that a configuration names are there.
#pragma once

#include <vector>

#include "config/config.h"

namespace inferwire::config {

struct SecretFaults {
  std::vector<ConfigFault> files;      // missing, empty, unreadable, or with what is no key
  std::vector<ConfigFault> variables;  // the same of variables, which may be set elsewhere
};

// Reads each of them once and forgets it. For --check-config; a server says it when it starts.
SecretFaults CheckSecrets(const Config& config);

}  // namespace inferwire::config
