#include "policy/quota/allowances.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "base/text_hash.h"
#include "limits/limit_maker.h"

namespace inferwire::policy {
namespace {

using limits::Limit;
using limits::LimitKind;

// Puts the limits of one call together, scope by scope.
class Collector {
 public:
  explicit Collector(limits::LimitMaker& maker) : maker_(maker) {}

  void Add(const std::string& scope, const QuotaRules& rules) { Add(scope, "", rules); }
  void Add(const std::string& scope, const ScopeRules& rules, std::string_view model) {
    Add(scope, "", rules.all);
    if (model.empty()) return;
    const auto found = rules.models.find(model);
    if (found != rules.models.end()) Add(scope, found->first, found->second);
  }

 private:
  void Add(const std::string& scope, const std::string& model, const QuotaRules& rules) {
    const limits::BudgetTerms budget{rules.budget.on_exceed, rules.budget.reserve,
                                     rules.budget.alerts};
    maker_.Add(LimitKind::kMoneyPerMonth, scope, model, rules.budget.month, budget);
    maker_.Add(LimitKind::kMoneyPerWeek, scope, model, rules.budget.week, budget);
    maker_.Add(LimitKind::kMoneyPerDay, scope, model, rules.budget.day, budget);
    maker_.Add(LimitKind::kRequestsPerDay, scope, model, rules.rpd);
    maker_.Add(LimitKind::kTokensPerDay, scope, model, rules.tpd);
    maker_.Add(LimitKind::kRequestsPerMinute, scope, model, rules.rpm);
    maker_.Add(LimitKind::kTokensPerMinute, scope, model, rules.tpm);
    maker_.Add(LimitKind::kConcurrentCalls, scope, model, rules.concurrent);
  }

  limits::LimitMaker& maker_;
};

void AddNames(const ScopeRules& rules, std::set<std::string, std::less<>>& names) {
  for (const auto& [model, _] : rules.models) names.insert(model);
}

}  // namespace

Allowances::Allowances(QuotaSettings settings, std::shared_ptr<QuotaCounts> counts,
                       telemetry::QuotaMetrics& metrics, size_t most)
    : settings_(std::move(settings)),
      counts_(std::move(counts)),
      version_(++counts_->versions),
      metrics_(metrics),
      most_(most) {
  for (const auto& [_, tenant] : settings_.tenants) {
    AddNames(tenant.rules, models_);
    for (const auto& team : tenant.teams) AddNames(team.second, models_);
    for (const auto& key : tenant.keys) AddNames(key.second, models_);
  }
}

size_t Allowances::Hash::operator()(const NameView& name) const {
  const TextHash hash;
  size_t sum = hash(name.tenant);
  for (const std::string_view part : {name.team, name.key, name.model}) {
    sum = sum * 0x9E3779B97F4A7C15u + hash(part);
  }
  return sum;
}

bool Allowances::Equal::operator()(const NameView& a, const NameView& b) const {
  return a.tenant == b.tenant && a.team == b.team && a.key == b.key && a.model == b.model;
}

std::shared_ptr<const limits::Allowance> Allowances::Find(const Scope& scope,
                                                          std::string_view model,
                                                          limits::Moment now) {
  if (!scope.user.empty()) return Make(scope, model, now);
  const NameView name(scope, model);
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = known_.find(name); found != known_.end()) return found->second;
  }
  auto made = Make(scope, model, now);
  if (!made) return nullptr;
  for (const Limit& limit : made->set.limits())
    metrics_.Counts(limit.scope, limits::Name(limit.kind));
  metrics_.Meters(counts_->meters.size());
  const std::unique_lock lock(mutex_);
  if (known_.size() >= most_) return made;
  for (const Limit& limit : made->set.limits()) {
    in_use_.try_emplace(limits::MeterName(limits::Name(limit.kind), limit.scope, limit.model),
                        limit);
  }
  return known_
      .emplace(Name{std::string(scope.tenant), std::string(scope.team), std::string(scope.key),
                    std::string(model)},
               std::move(made))
      .first->second;
}

bool Allowances::LimitsUsersOf(std::string_view tenant, std::string_view team) const {
  const auto found = settings_.tenants.find(tenant);
  return found != settings_.tenants.end() && found->second.users.contains(team);
}

std::vector<Limit> Allowances::InUse() {
  const std::shared_lock lock(mutex_);
  std::vector<Limit> limits;
  limits.reserve(in_use_.size());
  for (const auto& [_, limit] : in_use_) limits.push_back(limit);
  return limits;
}

std::vector<Limit> Allowances::AllOf(const Scope& scope, limits::Moment now) {
  std::vector<Limit> all;
  const auto add = [&](std::string_view model) {
    const auto found = Find(scope, model, now);
    if (!found) return;
    for (const Limit& limit : found->set.limits()) {
      if (limit.model == model) all.push_back(limit);
    }
  };
  add("");
  for (const std::string& model : models_) add(model);
  return all;
}

std::shared_ptr<const limits::Allowance> Allowances::Make(const Scope& scope,
                                                          std::string_view model,
                                                          limits::Moment now) const {
  auto made = std::make_shared<limits::Allowance>();
  const auto found = settings_.tenants.find(scope.tenant);
  if (found == settings_.tenants.end()) return made;
  const auto& [id, tenant] = *found;
  limits::LimitMaker maker(counts_->meters,
                           {.zone = tenant.zone,
                            .burst = settings_.burst,
                            .replicas = settings_.replicas,
                            .version = version_},
                           now);
  Collector collector(maker);
  if (const auto key = tenant.keys.find(scope.key); key != tenant.keys.end()) {
    collector.Add("key/" + id + "/" + key->first, key->second, model);
  }
  if (const auto users = tenant.users.find(scope.team);
      !scope.user.empty() && users != tenant.users.end()) {
    std::string user = "user/" + id + "/" + users->first + "/";
    collector.Add(user.append(scope.user), users->second);
  }
  if (const auto team = tenant.teams.find(scope.team); team != tenant.teams.end()) {
    collector.Add("team/" + id + "/" + team->first, team->second, model);
  }
  collector.Add("tenant/" + id, tenant.rules, model);
  auto limits = maker.Take();
  if (!limits) return nullptr;
  made->set = limits::MeterSet(std::move(*limits));
  made->experience = counts_->experience.Of(id + " " + std::string(model));
  return made;
}

}  // namespace inferwire::policy
