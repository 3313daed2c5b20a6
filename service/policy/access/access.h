// Refuses what a caller's tenant, team or key does not allow it: see tenancy/access.h. Calls of
// callers that nobody asks who they are pass.
#pragma once

#include "policy/policy.h"
#include "telemetry/access_metrics.h"

namespace inferwire::policy {

// A model that the caller may not use.
Error ModelNotAllowed();

class Access final : public Policy {
 public:
  explicit Access(telemetry::AccessMetrics& metrics) : metrics_(metrics) {}

  Result<void> Admit(Call& call) override;
  void Settle(const Call&, const Settlement&) override {}

 private:
  Error Refuse(telemetry::AccessRefusal why, Error error) const;

  telemetry::AccessMetrics& metrics_;
};

}  // namespace inferwire::policy
