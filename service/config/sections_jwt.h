// What the section of tenants says of tokens' issuers, for its example.
#pragma once

#include "config/config.h"

namespace inferwire::config {

void AddExampleJwt(Config& config);

}  // namespace inferwire::config
