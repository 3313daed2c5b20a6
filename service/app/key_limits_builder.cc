#include "app/key_limits_builder.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "limits/limit_maker.h"
#include "limits/moment.h"
#include "telemetry/quota_metrics.h"

namespace inferwire::app {
namespace {

using limits::LimitKind;

// 0: no limit, as in the configuration.
config::RatesConfig RatesOf(const catalogue::TierLimit& limit) {
  config::RatesConfig rates;
  rates.rpm = limit.requests_per_minute.value_or(0);
  rates.rpd = limit.requests_per_day.value_or(0);
  rates.tpm = limit.tokens_per_minute.value_or(0);
  return rates;
}

void Replace(int64_t& value, int64_t by) {
  if (by > 0) value = by;
}

void Replace(config::RatesConfig& rates, const config::RatesConfig& by) {
  Replace(rates.rpm, by.rpm);
  Replace(rates.tpm, by.tpm);
  Replace(rates.rpd, by.rpd);
  Replace(rates.tpd, by.tpd);
  Replace(rates.concurrent, by.concurrent);
}

// The limits of one model, and every name that it is sent under.
struct ModelRates {
  config::RatesConfig rates;
  std::vector<std::string> names;
};

// By the catalogue's id, or the name of what it does not have.
std::map<std::string, ModelRates> RatesOf(const config::UpstreamLimitsConfig& config,
                                          const catalogue::Catalogue& catalogue) {
  std::map<std::string, ModelRates> models;
  const auto named = [&models](const catalogue::Model& model) -> ModelRates& {
    ModelRates& of = models[model.id];
    if (!of.names.empty()) return of;
    of.names.push_back(model.id);
    of.names.insert(of.names.end(), model.aliases.begin(), model.aliases.end());
    of.names.insert(of.names.end(), model.snapshots.begin(), model.snapshots.end());
    return of;
  };
  for (const catalogue::Model& model : catalogue.models()) {
    for (const catalogue::TierLimit& limit : model.tier_limits) {
      if (limit.tier == config.tier && !config.tier.empty()) named(model).rates = RatesOf(limit);
    }
  }
  for (const config::ModelRatesConfig& own : config.models) {
    const catalogue::Model* const model = catalogue.Find(own.model);
    ModelRates& of = model ? named(*model) : models[own.model];
    if (of.names.empty()) of.names.push_back(own.model);
    Replace(of.rates, own.rates);
  }
  return models;
}

}  // namespace

Result<std::shared_ptr<const upstream::KeyLimits>> MakeKeyLimits(
    const config::UpstreamConfig& upstream, const std::string& key, const config::Config& config,
    const RouterParts& parts) {
  const config::UpstreamLimitsConfig& from = upstream.limits;
  if (from.tier.empty() && from.models.empty()) return std::shared_ptr<const upstream::KeyLimits>();
  const std::string scope = "upstream/" + upstream.name + (key.empty() ? "" : "/" + key);
  limits::LimitMaker maker(parts.quota.meters,
                           {.burst = config.limits.burst,
                            .replicas = config.limits.shared ? 1 : config.limits.replicas,
                            .version = ++parts.quota.versions},
                           limits::Moment::Of(parts.clock));
  upstream::KeyLimits::Sets sets;
  const auto catalogue = parts.catalogue.Load();
  for (const auto& [id, model] : RatesOf(from, *catalogue)) {
    const auto add = [&, &id = id](LimitKind kind, int64_t amount, int percent) {
      if (amount <= 0) return;
      maker.Add(kind, scope, id,
                std::max<int64_t>(amount / 100 * percent + amount % 100 * percent / 100, 1));
    };
    add(LimitKind::kRequestsPerMinute, model.rates.rpm, from.use);
    add(LimitKind::kTokensPerMinute, model.rates.tpm, from.use);
    add(LimitKind::kRequestsPerDay, model.rates.rpd, from.use);
    add(LimitKind::kTokensPerDay, model.rates.tpd, from.use);
    add(LimitKind::kConcurrentCalls, model.rates.concurrent, /*percent=*/100);
    auto limits = maker.Take();
    if (!limits) {
      Error error;
      error.message = "limits of " + scope + ": there are more meters than may be";
      return error;
    }
    if (limits->empty()) continue;
    const auto set = std::make_shared<const limits::MeterSet>(std::move(*limits));
    for (const std::string& name : model.names) sets[name] = set;
  }
  return std::make_shared<const upstream::KeyLimits>(sets, parts.clock,
                                                     parts.metrics.Of<telemetry::QuotaMetrics>());
}

}  // namespace inferwire::app
