// The configuration's tenants and keys as administrators see them, beside those of the store.
#pragma once

#include <memory>

#include "config/config.h"
#include "endpoints/directory/directory_backend.h"

namespace inferwire::app {

std::shared_ptr<const endpoints::ConfiguredDirectory> ConfiguredDirectoryOf(
    const config::Config& config);

}  // namespace inferwire::app
