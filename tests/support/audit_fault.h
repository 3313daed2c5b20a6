// The first fault of a trail.
#pragma once

#include <optional>
#include <vector>

#include "store/audit_chain.h"

namespace inferwire::testing_support {

inline std::optional<store::AuditFault> FindAuditFault(const std::vector<store::AuditRow>& events) {
  store::AuditCheck check;
  for (const store::AuditRow& event : events) {
    if (auto fault = check.Add(event)) return fault;
  }
  return std::nullopt;
}

}  // namespace inferwire::testing_support
