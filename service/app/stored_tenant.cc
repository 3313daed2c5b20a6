#include "app/stored_tenant.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "app/stored_limits.h"
#include "base/sha256.h"
#include "config/plans.h"
#include "config/sections.h"
#include "config/value_faults.h"
#include "endpoints/directory/rows.h"
#include "telemetry/log_line.h"
#include "tenancy/role.h"

namespace inferwire::app {
namespace {

using google::protobuf::Timestamp;

constexpr size_t kMostBodyBytes = size_t{256} << 10, kMostTextBytes = 1000;
constexpr int kMostBoosts = 100;
// What a clock of nanoseconds reaches.
constexpr int64_t kLastSecond = 9'000'000'000;
constexpr const char* kNever = "2255-01-01T00:00:00Z";

// The API's words for those of the configuration, where they differ.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kFieldNames = {{
    {"rpm", "requests_per_minute"},
    {"tpm", "tokens_per_minute"},
    {"rpd", "requests_per_day"},
    {"tpd", "tokens_per_day"},
    {"concurrent", "concurrent_calls"},
    {"budget", "budgets"},
    {"tenant", "tenant_id"},
    {"team", "team_id"},
    {"hash", "secrets"},
    {"hint", "secrets"},
}};

// teams[0].limits.rpm -> teams[0].limits.requests_per_minute. id: what a bare "id" is here.
std::string FieldOf(std::string_view path, std::string_view id) {
  std::string field;
  bool of_users = false;
  while (!path.empty()) {
    const size_t end = std::min(path.find('.'), path.size());
    std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name == "id") name = field.empty() ? id : "team_id";
    if (name == "users") {
      of_users = true;
      continue;
    }
    if (of_users && name == "limits") name = "user_limits";
    if (of_users && name == "budget") name = "user_budget";
    const auto found =
        std::ranges::find(kFieldNames, name, [](const auto& each) { return each.first; });
    field +=
        (field.empty() ? "" : ".") + std::string(found == kFieldNames.end() ? name : found->second);
  }
  return field;
}

template <class Declared>
void CheckValues(Declared& config, std::string_view id, FieldFaults& faults) {
  for (const config::ConfigFault& fault : config::FaultsOf(config::KeysOf(config))) {
    faults.Add(FieldOf(fault.path, id), fault.text);
  }
}

WallTime TimeOf(const Timestamp& time) {
  return WallTime(std::chrono::seconds(std::clamp<int64_t>(time.seconds(), 0, kLastSecond))) +
         std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(time.nanos()));
}

// As the configuration writes it: to the second before.
std::string MomentText(WallTime time) {
  const std::string text = telemetry::UtcText(time);
  return text.substr(0, text.find('.')) + "Z";
}

bool IsTime(const Timestamp& time) { return time.seconds() >= 0 && time.seconds() <= kLastSecond; }

void TakeUsers(const v1::Team& from, const std::string& prefix, std::string_view zone,
               config::UserQuotaConfig& to, FieldFaults& faults) {
  config::AccessConfig answers;
  TakeLimits(from.user_limits(), prefix + "user_limits.", answers, to.rates, faults);
  if (from.user_limits().has_max_output_tokens()) {
    faults.Add(prefix + "user_limits.max_output_tokens", "is the team's, in limits");
  }
  if (from.has_user_budget()) {
    TakeBudget(from.user_budget(), prefix + "user_budget", zone, to.budget, faults);
  }
}

void TakeTeams(const v1::Tenant& from, std::string_view zone, config::TenantConfig& to,
               FieldFaults& faults) {
  for (int i = 0; i < from.teams_size(); ++i) {
    const v1::Team& team = from.teams(i);
    const std::string prefix = "teams[" + std::to_string(i) + "].";
    config::TeamConfig& config = to.teams.emplace_back();
    config.id = team.team_id();
    config.quota.plan = team.plan();
    if (team.weight() != 0) config.weight = team.weight();
    TakeUsers(team, prefix, zone, config.users, faults);
    TakeAccess(team.models(), team.operations(), prefix, config.access, faults);
    TakeLimits(team.limits(), prefix + "limits.", config.access, config.quota.rates, faults);
    TakeModelLimits(team.model_limits(), prefix, config.quota.models, faults);
    TakeBudgets(team.budgets(), prefix, zone, config.quota.budget, faults);
    const auto same = [&](const v1::Team& other) { return other.team_id() == team.team_id(); };
    if (std::any_of(from.teams().begin(), from.teams().begin() + i, same)) {
      faults.Add(prefix + "team_id", "is the id of another team of the tenant too");
    }
  }
}

void CheckOthers(const v1::Tenant& tenant, FieldFaults& faults) {
  if (tenant.ByteSizeLong() > kMostBodyBytes)
    faults.Add("teams", "and all else must have at most 256 KiB");
  if (tenant.display_name().size() > kMostTextBytes) {
    faults.Add("display_name", "must have at most 1000 bytes");
  }
  if (tenant.boosts_size() > kMostBoosts) faults.Add("boosts", "must have at most 100 entries");
}

void TakeBoosts(const v1::Tenant& from, WallTime now, StoredTenant& to, FieldFaults& faults) {
  for (int i = 0; i < from.boosts_size(); ++i) {
    const v1::Boost& boost = from.boosts(i);
    const std::string prefix = "boosts[" + std::to_string(i) + "].";
    if (boost.amount() < 1) faults.Add(prefix + "amount", "must be at least 1");
    if (!boost.has_until() || !IsTime(boost.until())) faults.Add(prefix + "until", "is missing");
    config::QuotaConfig any;
    if (!AddBoost(boost.meter(), 0, any)) {
      faults.Add(prefix + "meter", "is none that this gateway adds to");
    }
    const WallTime until = TimeOf(boost.until());
    if (until <= now) continue;
    to.boosts.push_back({boost.meter(), boost.amount()});
    to.changes_at = std::min(to.changes_at.value_or(until), until);
  }
}

void TakeRoles(const v1::Key& from, config::ApiKeyConfig& to, FieldFaults& faults) {
  for (int i = 0; i < from.roles_size(); ++i) {
    if (const auto role = tenancy::RoleOf(from.roles(i))) {
      to.roles.push_back(*role);
    } else {
      faults.Add("roles[" + std::to_string(i) + "]", "is no role of this gateway");
    }
  }
}

config::ApiKeyConfig TakeKey(const v1::Key& from, FieldFaults& faults) {
  config::ApiKeyConfig to;
  to.id = from.key_id();
  to.tenant = from.tenant_id();
  to.team = from.team_id();
  TakeAccess(from.models(), from.operations(), "", to.access, faults);
  TakeLimits(from.limits(), "limits.", to.access, to.quota.rates, faults);
  TakeRoles(from, to, faults);
  // The tenant's zone is not known here, and nobody needs another one.
  TakeBudgets(from.budgets(), "", "", to.quota.budget, faults);
  if (from.description().size() > kMostTextBytes) {
    faults.Add("description", "must have at most 1000 bytes");
  }
  if (from.ByteSizeLong() > kMostBodyBytes)
    faults.Add("models", "and all else must have at most 256 KiB");
  if (from.has_expires()) {
    if (!IsTime(from.expires())) faults.Add("expires", "must be from 1970 to 2255");
    to.expires = MomentText(TimeOf(from.expires()));
  }
  return to;
}

// The secret that works the longest is the key's, the other one its old one.
bool TakeSecrets(const store::KeyRow& row, config::ApiKeyConfig& to) {
  std::vector<store::KeySecretRow> secrets = row.secrets;
  std::ranges::stable_sort(secrets, std::greater<>(), [](const store::KeySecretRow& secret) {
    return secret.ends.value_or(WallTime::max());
  });
  if (secrets.empty()) return false;
  WallTime end =
      std::min(row.expires.value_or(WallTime::max()), secrets[0].ends.value_or(WallTime::max()));
  to.hash = Sha256::HexOf(secrets[0].hash);
  to.expires = end == WallTime::max() ? "" : MomentText(end);
  if (secrets.size() < 2) return true;
  to.old_hash = Sha256::HexOf(secrets[1].hash);
  to.old_until = secrets[1].ends ? MomentText(*secrets[1].ends) : kNever;
  return true;
}

}  // namespace

Result<StoredTenant> ConfigOf(const v1::Tenant& tenant, WallTime now) {
  FieldFaults faults;
  StoredTenant to;
  config::TenantConfig& config = to.config;
  config.id = tenant.tenant_id();
  config.disabled = tenant.disabled();
  if (!tenant.time_zone().empty()) config.time_zone = tenant.time_zone();
  config.quota.plan = tenant.plan();
  config.labels.assign(tenant.labels().begin(), tenant.labels().end());
  if (tenant.weight() != 0) config.weight = tenant.weight();
  TakeAccess(tenant.models(), tenant.operations(), "", config.access, faults);
  TakeLimits(tenant.limits(), "limits.", config.access, config.quota.rates, faults);
  TakeModelLimits(tenant.model_limits(), "", config.quota.models, faults);
  TakeBudgets(tenant.budgets(), "", config.time_zone, config.quota.budget, faults);
  TakeTeams(tenant, config.time_zone, config, faults);
  CheckOthers(tenant, faults);
  CheckValues(config, "tenant_id", faults);
  TakeBoosts(tenant, now, to, faults);
  if (!faults.none()) return faults.Take("tenant");
  return to;
}

Result<config::TenantConfig> WithPlans(const StoredTenant& tenant,
                                       const std::vector<config::PlanConfig>& plans) {
  config::TenantConfig served = tenant.config;
  std::string missing;
  const auto take = [&](config::AccessConfig& access, config::QuotaConfig& quota) {
    if (!quota.plan.empty() && !config::FindPlan(plans, quota.plan)) missing = quota.plan;
    config::TakePlan(plans, access, quota);
  };
  take(served.access, served.quota);
  for (config::TeamConfig& team : served.teams) take(team.access, team.quota);
  if (!missing.empty()) {
    Error error;
    error.code = Code::kFailedPrecondition;
    error.message = "has a plan that the configuration does not have: " + missing;
    return error;
  }
  for (const StoredTenant::Boost& boost : tenant.boosts) {
    AddBoost(boost.meter, boost.amount, served.quota);
  }
  return served;
}

Result<std::optional<config::ApiKeyConfig>> ConfigOf(const store::KeyRow& row) {
  auto key = endpoints::ToProto(row);
  if (!key) return key.error();
  FieldFaults faults;
  config::ApiKeyConfig config = TakeKey(*key, faults);
  const bool works = TakeSecrets(row, config) && !row.revoked;
  if (works) CheckValues(config, "key_id", faults);
  if (!faults.none()) return faults.Take("key");
  return works ? std::optional(std::move(config)) : std::nullopt;
}

Result<void> CheckTenant(const v1::Tenant& tenant) {
  auto config = ConfigOf(tenant, WallTime());
  if (!config) return config.error();
  return {};
}

Result<void> CheckKey(const v1::Key& key) {
  FieldFaults faults;
  config::ApiKeyConfig config = TakeKey(key, faults);
  // What the server gives it.
  if (config.id.empty()) config.id = std::string(8, '0');
  config.hash = std::string(64, '0');
  CheckValues(config, "key_id", faults);
  if (!faults.none()) return faults.Take("key");
  return {};
}

}  // namespace inferwire::app
