// Who may call on the administrators' port at all: who has proved to have a role there. What each
// role may do is the endpoints' (endpoints/shared/reach.h).
#pragma once

#include "policy/policy.h"
#include "telemetry/access_metrics.h"

namespace inferwire::policy {

class Administrators final : public Policy {
 public:
  explicit Administrators(telemetry::AccessMetrics& metrics) : metrics_(metrics) {}

  Result<void> Admit(Call& call) override;
  void Settle(const Call&, const Settlement&) override {}

 private:
  telemetry::AccessMetrics& metrics_;
};

}  // namespace inferwire::policy
