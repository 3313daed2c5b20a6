#include "app/caller_quota.h"

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "config/usd.h"

namespace inferwire::app {
namespace {

class CatalogueFacts final : public policy::ModelFacts {
 public:
  explicit CatalogueFacts(const catalogue::Snapshot& snapshot) : snapshot_(snapshot) {}

  Facts Of(std::string_view name) const override {
    Facts facts;
    const auto catalogue = snapshot_.Load();
    const catalogue::Model* const model = catalogue->Find(name);
    if (!model) return facts;
    facts.id = model->id;
    facts.max_output = model->max_output.value_or(facts.max_output);
    if (const auto* price = model->PriceOf(catalogue::kStandardTier)) {
      facts.input_price = price->input.RoundedUp();
      facts.output_price = price->output.RoundedUp();
    }
    return facts;
  }

 private:
  const catalogue::Snapshot& snapshot_;
};

std::optional<int64_t> Limit(int64_t value) {
  return value > 0 ? std::optional(value) : std::nullopt;
}

policy::QuotaRules RulesOf(const config::RatesConfig& rates) {
  return {.rpm = Limit(rates.rpm),
          .tpm = Limit(rates.tpm),
          .rpd = Limit(rates.rpd),
          .tpd = Limit(rates.tpd),
          .concurrent = Limit(rates.concurrent)};
}

// Checked when they were read.
std::optional<int64_t> Amount(const std::string& usd) {
  return usd.empty() ? std::nullopt : config::ParseUsd(usd);
}

policy::Budget BudgetOf(const config::BudgetConfig& budget) {
  return {Amount(budget.month), Amount(budget.week), Amount(budget.day),
          budget.on_exceed,     budget.reserve,      budget.thresholds()};
}

policy::ScopeRules RulesOf(const config::QuotaConfig& quota) {
  policy::ScopeRules rules;
  rules.all = RulesOf(quota.rates);
  rules.all.budget = BudgetOf(quota.budget);
  for (const config::ModelRatesConfig& model : quota.models) {
    rules.models[model.model] = RulesOf(model.rates);
  }
  return rules;
}

bool HasLimits(const policy::QuotaRules& rules) {
  return rules.rpm || rules.tpm || rules.rpd || rules.tpd || rules.concurrent ||
         rules.budget.month || rules.budget.week || rules.budget.day;
}

bool HasLimits(const policy::ScopeRules& rules) {
  return HasLimits(rules.all) || !rules.models.empty();
}

using RulesById = std::map<std::string, policy::ScopeRules, std::less<>>;

// What has no limits is left out: it costs nothing then.
bool Add(const std::string& id, const config::QuotaConfig& quota, RulesById& to) {
  policy::ScopeRules rules = RulesOf(quota);
  const bool limited = HasLimits(rules);
  if (limited) to[id] = std::move(rules);
  return limited;
}

// Unset: nobody has a limit.
std::optional<policy::QuotaSettings> SettingsOf(const config::Config& config,
                                                tenancy::UserRules users) {
  policy::QuotaSettings settings;
  settings.users = std::move(users);
  settings.burst = config.limits.burst;
  settings.replicas = config.limits.shared ? 1 : config.limits.replicas;
  settings.max_queue_wait = config.limits.max_queue_wait;
  bool limited = false;
  for (const config::TenantConfig& tenant : config.tenants) {
    policy::TenantQuota& to = settings.tenants[tenant.id];
    if (auto zone = limits::TimeZone::Find(tenant.time_zone)) to.zone = *zone;
    to.rules = RulesOf(tenant.quota);
    to.weight = tenant.weight;
    limited |= HasLimits(to.rules);
    for (const config::TeamConfig& team : tenant.teams) {
      to.team_weights[team.id] = team.weight;
      policy::QuotaRules users = RulesOf(team.users.rates);
      users.budget = BudgetOf(team.users.budget);
      if (HasLimits(users)) {
        limited = true;
        to.users[team.id] = std::move(users);
      }
      limited |= Add(team.id, team.quota, to.teams);
    }
  }
  for (const auto* keys : {&config.identity.keys.entries, &config.identity.keys.from_files}) {
    for (const config::ApiKeyConfig& key : *keys) {
      limited |= Add(key.id, key.quota, settings.tenants[key.tenant].keys);
    }
  }
  return limited ? std::optional(std::move(settings)) : std::nullopt;
}

limits::FairQueue::Bounds QueueBoundsOf(const config::LimitsConfig& limits) {
  return {.calls = static_cast<size_t>(limits.queue_calls),
          .calls_of_tenant = static_cast<size_t>(limits.queue_calls_per_tenant),
          .bytes = static_cast<int64_t>(limits.queue_bytes)};
}

}  // namespace

std::unique_ptr<policy::Quota> MakeQuota(const config::Config& config,
                                         std::shared_ptr<policy::QuotaCounts> counts,
                                         const catalogue::Snapshot& catalogue,
                                         tenancy::UserRules users, const Clock& clock,
                                         telemetry::QuotaMetrics& metrics) {
  auto settings = SettingsOf(config, std::move(users));
  const std::shared_ptr<limits::FairQueue> queue = counts->queue;
  const limits::FairQueue::Bounds bounds = QueueBoundsOf(config.limits);
  if (!settings) {
    auto unlimited = std::make_shared<const limits::Allowance>();
    if (queue) queue->Use(bounds, false, [&](const auto&) { return unlimited; });
    return nullptr;
  }
  // For a first lease at least.
  const bool waits = settings->max_queue_wait > Duration::zero() || config.limits.shared;
  auto quota = std::make_unique<policy::Quota>(policy::Quota::Parts{
      std::move(*settings), std::move(counts), std::make_unique<CatalogueFacts>(catalogue), clock,
      metrics, std::random_device()()});
  if (queue) queue->Use(bounds, waits, [&](const auto& who) { return quota->AllowanceOf(who); });
  return quota;
}

}  // namespace inferwire::app
