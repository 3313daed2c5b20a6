// When the server's certificate expires, read from its file: what gRPC has loaded from it within
// the last tls.refresh, since it does not tell.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace llmgate::rpc {

// Of the first certificate in a PEM file, which is the server's own. Nothing if there is none.
std::optional<WallTime> CertificateExpiry(const std::string& path);

}  // namespace llmgate::rpc
