// What of a changed configuration a running server can take over, and what it cannot.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace inferwire::config {

// The keys that differ, e.g. upstreams[0].base_url. Names only.
std::vector<std::string> ChangedKeys(const Config& from, const Config& to);

// `wanted` as far as a server that runs with `running` can follow it: listeners, TLS, threads and
// what was sized at the start stay. What differs between the result and `wanted` needs a restart.
Config Reloaded(const Config& running, const Config& wanted);

// What does not fit together in a configuration that was not read from one file.
std::vector<ConfigFault> FaultsOf(const Config& config);

}  // namespace inferwire::config
