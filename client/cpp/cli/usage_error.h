// A mistake of the caller's that is found before anything is sent; its exit code is kUsage.
#pragma once

#include <string>

#include "inferwire/client/error.h"

namespace inferwire::cli {

client::Error UsageError(std::string message);

}  // namespace inferwire::cli
