// Where the store is, out of the configuration.
#pragma once

#include "base/result.h"
#include "config/config.h"
#include "store/jobs.h"

namespace inferwire::app {

// Reads PostgreSQL's URL; the error says why that cannot be read.
Result<store::Location> StoreLocationOf(const config::StoreConfig& config);

}  // namespace inferwire::app
