// What each caller may use, as it is configured. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "limits/limit.h"
#include "limits/period.h"
#include "tenancy/user_name.h"

namespace inferwire::policy {

// In pico-USD. Unset: there is none.
struct Budget {
  std::optional<int64_t> month, week, day;
  limits::OnExceed on_exceed = limits::OnExceed::kRefuse;
  limits::Reserve reserve = limits::Reserve::kExpected;
  std::vector<int> alerts{};  // percent, ascending
};

// Of one scope. Unset: not limited here; what is above it holds too.
struct QuotaRules {
  std::optional<int64_t> rpm, tpm, rpd, tpd, concurrent;
  Budget budget{};
};

// For all models together, and for single ones besides.
struct ScopeRules {
  QuotaRules all{};
  std::map<std::string, QuotaRules, std::less<>> models{};  // by the catalogue's id
};

struct TenantQuota {
  limits::TimeZone zone = limits::TimeZone::Utc();  // of its days and months
  ScopeRules rules{};
  // Its part where there is not enough for all; of its teams, those that are not one.
  int weight = 1;
  std::map<std::string, int, std::less<>> team_weights{};
  std::map<std::string, ScopeRules, std::less<>> teams{}, keys{};  // by their ids
  std::map<std::string, QuotaRules, std::less<>> users{};          // of each one; by their teams
};

struct QuotaSettings {
  std::map<std::string, TenantQuota, std::less<>> tenants{};  // by their ids
  Duration burst = std::chrono::seconds(10);  // what of a limit per minute may come at once
  // How long a call that lacks room waits for it at most; zero: not at all.
  Duration max_queue_wait{};
  // The same while a limit that several processes share has leased nothing yet.
  Duration first_lease_wait = std::chrono::milliseconds(50);
  // Processes that share the limits without a store: each keeps to its part. 1 where they share
  // them by a store, whose meters know of the others.
  int replicas = 1;
  tenancy::UserRules users{};  // how they are named here
};

}  // namespace inferwire::policy
