// The configured tenants made ready: their keys and rules by what callers show.
#pragma once

#include <memory>

#include "base/result.h"
#include "config/config.h"
#include "identity/key_fetcher.h"
#include "identity/rules.h"
#include "tenancy/user_name.h"

namespace inferwire::app {

// Null: there are no tenants, and nobody is asked who he is. The error says that the pepper, or the
// keys of an issuer of tokens, cannot be read. fetcher gets those that are to be fetched.
Result<std::shared_ptr<const identity::Rules>> MakeIdentityRules(const config::Config& config,
                                                                 identity::KeyFetcher& fetcher);
// The same for the administrators' port, where somebody is always asked.
Result<std::shared_ptr<const identity::Rules>> MakeAdministratorRules(
    const config::Config& config, identity::KeyFetcher& fetcher);

// How end users are booked. The error is the same.
Result<tenancy::UserRules> UserRulesOf(const config::Config& config);

}  // namespace inferwire::app
