// The configured issuers of tokens made ready: with their keys, and the rules by which tokens
// belong to somebody.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tenants.h"
#include "identity/key_fetcher.h"
#include "identity/token_issuer.h"
#include "tenancy/principal.h"

namespace inferwire::app {

// Whoever is of this tenant, or of this team of it; they exist.
using PrincipalOf =
    std::function<const tenancy::Principal&(const std::string& tenant, const std::string& team)>;

// The error says that a file of keys cannot be used.
Result<std::vector<identity::TokenIssuer>> MakeTokenIssuers(
    const std::vector<config::JwtIssuerConfig>& issuers, const PrincipalOf& principal_of,
    identity::KeyFetcher& keys);

}  // namespace inferwire::app
