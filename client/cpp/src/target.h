// How the place of a gateway may be written. The rule is the same in all clients (README.md).
// Private.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inferwire/client/result.h"

namespace inferwire::client {

struct Target {
  std::string uri;          // as gRPC is told
  std::optional<bool> tls;  // unset: the target does not say
  bool local = false;       // nothing can leave this machine
};

// Fails with INVALID_ARGUMENT, kInvalidOptions.
Result<Target> ReadTarget(std::string_view text);

}  // namespace inferwire::client
