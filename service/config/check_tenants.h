// What the parts of tenants and identity have to agree on.
#pragma once

#include "config/config.h"
#include "config/reader.h"

namespace inferwire::config {

// Reads the files of keys too: a fault of theirs is one of the configuration.
void CheckTenants(Config& config, Faults& faults);

}  // namespace inferwire::config
