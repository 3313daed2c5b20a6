#include "upstream/key_limits.h"

#include "limits/moment.h"

namespace inferwire::upstream {
namespace {

// Who looks again too soon finds nothing.
constexpr Duration kLeastWait = std::chrono::milliseconds(1);

limits::Demand DemandOf(int64_t tokens) {
  limits::Demand demand;
  demand.input_tokens = tokens;
  return demand;
}

}  // namespace

void KeyLimits::Held::Settle(const limits::Usage& usage) {
  const Model* const model = std::exchange(model_, nullptr);
  if (!model) return;
  model->set->Settle(DemandOf(tokens_), usage, limits::Moment::Of(limits_->clock_));
}

KeyLimits::KeyLimits(const Sets& models, const Clock& clock, telemetry::QuotaMetrics& metrics)
    : clock_(clock), metrics_(metrics) {
  std::map<const limits::MeterSet*, std::shared_ptr<Model>> made;
  for (const auto& [name, set] : models) {
    auto& model = made[set.get()];
    if (!model) {
      model = std::make_shared<Model>();
      model->set = set;
      for (const limits::Limit& limit : set->limits()) {
        metrics_.Counts(limit.scope, limits::Name(limit.kind));
      }
    }
    models_[name] = model;
  }
}

const KeyLimits::Model* KeyLimits::Find(std::string_view model) const {
  const auto found = models_.find(model);
  return found == models_.end() ? nullptr : found->second.get();
}

bool KeyLimits::Take(std::string_view model, int64_t tokens, Held& held) const {
  held.Settle({.counts = false});
  const Model* const found = Find(model);
  if (!found) return true;
  const auto now = limits::Moment::Of(clock_);
  const auto taken = found->set->Take(DemandOf(tokens), now);
  if (taken.shortage) {
    const limits::Limit& limit = *taken.shortage->limit;
    metrics_.Decided(limit.scope, limits::Name(limit.kind), telemetry::LimitDecision::kRefused);
    found->full_until.store(now.steady + std::max(taken.shortage->wait, kLeastWait),
                            std::memory_order_relaxed);
    return false;
  }
  held.limits_ = this;
  held.model_ = found;
  held.tokens_ = tokens;
  return true;
}

SteadyTime KeyLimits::FullUntil(std::string_view model) const {
  const Model* const found = Find(model);
  return found ? found->full_until.load(std::memory_order_relaxed) : SteadyTime::min();
}

}  // namespace inferwire::upstream
