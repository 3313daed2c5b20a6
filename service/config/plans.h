// Named limits that tenants, teams and keys share.
#pragma once

#include <string>
#include <vector>

#include "config/quota.h"
#include "config/tenants.h"

namespace inferwire::config {

// Null: there is none of this name.
const PlanConfig* FindPlan(const std::vector<PlanConfig>& plans, const std::string& name);
// What is not said is as the plan says it: a limit of one's own may be higher or lower, and none
// cannot be taken away.
void TakeFrom(const PlanConfig& plan, AccessConfig& access, QuotaConfig& quota);
// The same by its name; without effect where there is none.
void TakePlan(const std::vector<PlanConfig>& plans, AccessConfig& access, QuotaConfig& quota);

}  // namespace inferwire::config
