// Refuses calls while too much is held for others: see gateway/memory_budget.h.
#pragma once

#include <string>

#include "gateway/memory_budget.h"
#include "policy/policy.h"
#include "telemetry/load_metrics.h"

namespace inferwire::policy {

class Memory final : public Policy {
 public:
  Memory(const gateway::MemoryBudget& budget, telemetry::LoadMetrics& metrics)
      : budget_(budget), metrics_(metrics) {}

  Result<void> Admit(Call& call) override;
  void Settle(const Call&, const Settlement&) override {}

 private:
  Error Refuse(telemetry::Shed bound, std::string message) const;

  const gateway::MemoryBudget& budget_;
  telemetry::LoadMetrics& metrics_;
};

}  // namespace inferwire::policy
