// What the parts of identity.jwt have to agree on.
#pragma once

#include <functional>
#include <vector>

#include "config/reader.h"
#include "config/tenants.h"

namespace inferwire::config {

// key: of the rule; what: the end of a sentence.
using OwnerFault = std::function<void(const char* key, const char* what)>;
using CheckRuleOwner = std::function<void(const TokenRuleConfig& rule, const OwnerFault& fault)>;

// Reads the files of keys too: one that cannot be read is a fault of the configuration.
void CheckJwt(std::vector<JwtIssuerConfig>& issuers, const CheckRuleOwner& check_owner,
              Faults& faults);

}  // namespace inferwire::config
