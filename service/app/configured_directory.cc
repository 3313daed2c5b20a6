#include "app/configured_directory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "config/usd.h"
#include "config/values.h"
#include "endpoints/directory/rows.h"
#include "tenancy/access.h"
#include "tenancy/role.h"

namespace inferwire::app {
namespace {

// Of rates and of the output, where they are limits. The setters are given what they set.
void Fill(const config::RatesConfig& rates, int64_t max_output_tokens, v1::Limits& to) {
  if (rates.rpm > 0) to.set_requests_per_minute(rates.rpm);
  if (rates.tpm > 0) to.set_tokens_per_minute(rates.tpm);
  if (rates.rpd > 0) to.set_requests_per_day(rates.rpd);
  if (rates.tpd > 0) to.set_tokens_per_day(rates.tpd);
  if (rates.concurrent > 0) to.set_concurrent_calls(rates.concurrent);
  if (max_output_tokens > 0) to.set_max_output_tokens(max_output_tokens);
}

template <class Scope>
void AddBudget(const std::string& usd, v1::Meter period, const config::BudgetConfig& from,
               Scope& to) {
  // Checked when it was read.
  const auto amount = usd.empty() ? std::nullopt : config::ParseUsd(usd);
  if (!amount) return;
  v1::Budget& budget = *to.add_budgets();
  budget.set_period(period);
  budget.set_limit_picousd(*amount);
  budget.set_on_exceed(from.on_exceed == limits::OnExceed::kWarn ? v1::Budget::ON_EXCEED_WARN
                                                                 : v1::Budget::ON_EXCEED_REFUSE);
  budget.set_reserve(from.reserve == limits::Reserve::kWorstCase ? v1::Budget::RESERVE_WORST_CASE
                                                                 : v1::Budget::RESERVE_EXPECTED);
  for (const int percent : from.thresholds()) budget.add_alerts(percent);
}

std::string_view NameOf(tenancy::Operation operation) {
  const auto found = std::ranges::find(tenancy::kOperations, operation,
                                       [](const auto& known) { return known.second; });
  return found == tenancy::kOperations.end() ? std::string_view() : found->first;
}

// What tenants, teams and keys have in common.
template <class Scope>
void Fill(const config::AccessConfig& access, const config::QuotaConfig& quota, Scope& to) {
  for (const std::string& model : access.models) to.add_models(model);
  for (const tenancy::Operation operation : access.operations) {
    to.add_operations(std::string(NameOf(operation)));
  }
  v1::Limits limits;
  Fill(quota.rates, access.limits.max_output_tokens, limits);
  if (limits.ByteSizeLong() > 0) *to.mutable_limits() = std::move(limits);
  AddBudget(quota.budget.month, v1::METER_MONEY_PER_MONTH, quota.budget, to);
  AddBudget(quota.budget.week, v1::METER_MONEY_PER_WEEK, quota.budget, to);
  AddBudget(quota.budget.day, v1::METER_MONEY_PER_DAY, quota.budget, to);
}

template <class Scope>
void FillModels(const config::QuotaConfig& quota, Scope& to) {
  for (const config::ModelRatesConfig& model : quota.models) {
    Fill(model.rates, 0, (*to.mutable_model_limits())[model.model]);
  }
}

v1::Tenant ToProto(const config::TenantConfig& from) {
  v1::Tenant tenant;
  tenant.set_tenant_id(from.id);
  tenant.set_time_zone(from.time_zone);
  tenant.set_disabled(from.disabled);
  tenant.set_origin("config");
  tenant.set_plan(from.quota.plan);
  tenant.set_weight(from.weight);
  for (const std::string& label : from.labels) tenant.add_labels(label);
  Fill(from.access, from.quota, tenant);
  FillModels(from.quota, tenant);
  for (const config::TeamConfig& each : from.teams) {
    v1::Team& team = *tenant.add_teams();
    team.set_team_id(each.id);
    team.set_plan(each.quota.plan);
    team.set_weight(each.weight);
    Fill(each.access, each.quota, team);
    FillModels(each.quota, team);
  }
  return tenant;
}

void SetMoment(const std::string& text, google::protobuf::Timestamp& to) {
  if (const auto moment = config::ParseMoment(text)) endpoints::SetTime(WallTime(*moment), to);
}

v1::Key ToProto(const config::ApiKeyConfig& from) {
  v1::Key key;
  key.set_key_id(from.id);
  key.set_tenant_id(from.tenant);
  key.set_team_id(from.team);
  Fill(from.access, from.quota, key);
  for (const tenancy::Role role : from.roles) key.add_roles(std::string(Name(role)));
  if (!from.expires.empty()) SetMoment(from.expires, *key.mutable_expires());
  key.add_secrets()->set_hint(from.hint);
  if (!from.old_hash.empty()) SetMoment(from.old_until, *key.add_secrets()->mutable_ends());
  return key;
}

}  // namespace

std::shared_ptr<const endpoints::ConfiguredDirectory> ConfiguredDirectoryOf(
    const config::Config& config) {
  auto directory = std::make_shared<endpoints::ConfiguredDirectory>();
  for (const config::TenantConfig& tenant : config.tenants) {
    directory->tenants.push_back(ToProto(tenant));
  }
  const config::ApiKeysConfig& keys = config.identity.keys;
  for (const auto* const list : {&keys.entries, &keys.from_files}) {
    for (const config::ApiKeyConfig& key : *list) directory->keys.push_back(ToProto(key));
  }
  for (const config::PlanConfig& plan : config.plans) directory->plans.insert(plan.name);
  std::ranges::sort(directory->tenants, {}, &v1::Tenant::tenant_id);
  std::ranges::sort(directory->keys, {}, &v1::Key::key_id);
  return directory;
}

}  // namespace inferwire::app
