// Limits as callers are shown them.
#pragma once

#include "gateway/admitted.h"
#include "inferwire/v1/governance.pb.h"
#include "limits/level.h"
#include "limits/reservation.h"

namespace inferwire::policy {

v1::LimitState StateOf(const limits::Limit& limit, const limits::Level& level);

// Of what a call takes from: what was set aside, and those limits of which kNearlyUsed or more is
// used, or all of them.
inline constexpr double kNearlyUsed = 0.8;
gateway::Admitted AdmittedWith(const limits::Reservation& reservation, bool all,
                               limits::Moment now);

}  // namespace inferwire::policy
