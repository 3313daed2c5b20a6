// A meter's name (limits::MeterName) taken apart again.
#pragma once

#include <string_view>

#include "limits/limit.h"

namespace inferwire::app {

struct MeterParts {
  std::string_view limit, scope, model;

  bool money() const {
    using limits::LimitKind;
    for (const auto kind :
         {LimitKind::kMoneyPerMonth, LimitKind::kMoneyPerWeek, LimitKind::kMoneyPerDay}) {
      if (limit == limits::Name(kind)) return true;
    }
    return false;
  }
};

// The name outlives the parts.
inline MeterParts PartsOf(std::string_view name) {
  MeterParts parts;
  const size_t first = name.find(' ');
  if (first == std::string_view::npos) return parts;
  parts.limit = name.substr(0, first);
  const size_t second = name.find(' ', first + 1);
  parts.scope = name.substr(first + 1, second - first - 1);
  if (second != std::string_view::npos) parts.model = name.substr(second + 1);
  return parts;
}

}  // namespace inferwire::app
