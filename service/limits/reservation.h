// What was set aside for one call, until it is known what the call used.
#pragma once

#include <memory>

#include "base/clock.h"
#include "limits/demand.h"
#include "limits/meter_set.h"

namespace inferwire::limits {

// What calls of one caller for one model have to keep, and what is known of such calls. Immutable
// but for what its meters count and its experience learns.
struct Allowance {
  MeterSet set;
  std::shared_ptr<Experience> experience;  // with other allowances and versions of the settings
};

// Holds what it was taken from, so that a call is settled where it began, however often the
// settings change meanwhile.
struct Reservation {
  std::shared_ptr<const Allowance>
      from;  // with the policy and other calls; null: nothing was taken
  CallFacts facts{};
  Demand demand{};
  SteadyTime since{};  // when it was taken
};

}  // namespace inferwire::limits
