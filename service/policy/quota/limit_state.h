// Limits as callers are shown them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/admitted.h"
#include "inferwire/v1/governance.pb.h"
#include "limits/level.h"
#include "limits/reservation.h"

namespace inferwire::policy {

// As Allowances writes it: tenant/T, team/T/TEAM, key/T/KEY, user/T/TEAM/USER; no id but a user's
// has a slash. The narrowest that the scope names; empty: it names nobody.
std::string ScopePath(const v1::Scope& scope);
// As metrics and logs have it: users are too many for them, and all of a team are one.
std::string_view ScopeLabel(std::string_view path);
// Unset: of no limit of callers.
std::optional<limits::LimitKind> KindOf(v1::Meter meter);

v1::LimitState StateOf(const limits::Limit& limit, const limits::Level& level);

// Of what a call takes from: what was set aside, and which of its limits the caller is told of.
enum class Told { kNone, kNearlyUsed, kAll };
gateway::Admitted AdmittedWith(const limits::Reservation& reservation, Told told,
                               limits::Moment now);

}  // namespace inferwire::policy
