// Refuses calls while too much is held for others: see base/memory_budget.h.
#pragma once

#include "base/load_metrics.h"
#include "base/memory_budget.h"
#include "policy/policy.h"

namespace inferwire::policy {

class Memory final : public Policy {
 public:
  Memory(const MemoryBudget& budget, LoadMetrics& metrics) : budget_(budget), metrics_(metrics) {}

  Result<void> Admit(Call& call) override;
  void Settle(const Call&, const Outcome&) override {}

 private:
  const MemoryBudget& budget_;
  LoadMetrics& metrics_;
};

}  // namespace inferwire::policy
