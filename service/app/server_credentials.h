// How callers' connections are secured. Certificates are read again when their files change.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <optional>

#include "config/config.h"

namespace inferwire::app {

// Plain text if there is no TLS configuration.
std::shared_ptr<grpc::ServerCredentials> MakeCredentials(
    const std::optional<config::TlsConfig>& tls);

}  // namespace inferwire::app
