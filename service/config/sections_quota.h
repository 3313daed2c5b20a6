// The keys of how much a tenant, a team or a key may use, for the sections that have them.
#pragma once

#include <string>
#include <string_view>

#include "config/keys.h"
#include "config/quota.h"
#include "config/tenants.h"

namespace inferwire::config {

// What is said of a key that a team or an API key has as well.
inline constexpr std::string_view kAsOfTenant = "As of a tenant.";

// Into the section `limits` of a tenant, team or key. explained: with sentences, where the example
// file shows them first.
// otherwise: what is said if not.
void AddRates(Keys& limits, RatesConfig& rates, bool explained, std::string_view otherwise = {});
// `model_limits` and `budget` beside it.
void AddQuota(Keys& keys, QuotaConfig& quota, bool explained);
// Of a team's users, without a word of their own.
void AddUsers(Keys& keys, UserQuotaConfig& users);
// Of a tenant, for its days and months.
void AddTimeZone(Keys& keys, std::string& time_zone);

Keys KeysOf(ModelRatesConfig& model);

}  // namespace inferwire::config
