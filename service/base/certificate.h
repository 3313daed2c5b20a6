// When the certificates of a file end.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace inferwire {

// The earliest end of the certificates in a PEM file; nothing if it holds none that can be read.
std::optional<WallTime> CertificateExpiry(const std::string& pem_file);

}  // namespace inferwire
