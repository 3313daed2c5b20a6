#include "policy/quota/limit_state.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace inferwire::policy {
namespace {

using limits::LimitKind;

v1::Meter MeterOf(LimitKind kind) {
  switch (kind) {
    case LimitKind::kMoneyPerMonth:
      return v1::METER_MONEY_PER_MONTH;
    case LimitKind::kMoneyPerWeek:
      return v1::METER_MONEY_PER_WEEK;
    case LimitKind::kMoneyPerDay:
      return v1::METER_MONEY_PER_DAY;
    case LimitKind::kRequestsPerDay:
      return v1::METER_REQUESTS_PER_DAY;
    case LimitKind::kTokensPerDay:
      return v1::METER_TOKENS_PER_DAY;
    case LimitKind::kRequestsPerMinute:
      return v1::METER_REQUESTS_PER_MINUTE;
    case LimitKind::kTokensPerMinute:
      return v1::METER_TOKENS_PER_MINUTE;
    case LimitKind::kConcurrentCalls:
      break;
  }
  return v1::METER_CONCURRENT_CALLS;
}

std::string_view TakePart(std::string_view& path) {
  const size_t end = path.find('/');
  const std::string_view part = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  return part;
}

// As Allowances writes it: tenant/T, team/T/TEAM, key/T/KEY; no id has a slash.
void FillScope(std::string_view path, v1::Scope& scope) {
  const std::string_view what = TakePart(path);
  scope.set_tenant_id(std::string(TakePart(path)));
  if (what == "team") scope.set_team_id(std::string(path));
  if (what == "key") scope.set_key_id(std::string(path));
}

}  // namespace

v1::LimitState StateOf(const limits::Limit& limit, const limits::Level& level) {
  v1::LimitState state;
  FillScope(limit.scope, *state.mutable_scope());
  if (!limit.model.empty()) state.mutable_scope()->set_model_id(limit.model);
  state.set_meter(MeterOf(limit.kind));
  state.set_limit(level.amount);
  state.set_used(level.used);
  state.set_reserved(level.reserved);
  state.set_remaining(level.remaining);
  if (level.reset_at != WallTime{}) {
    const auto since = level.reset_at.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    state.mutable_reset()->set_seconds(seconds.count());
    state.mutable_reset()->set_nanos(static_cast<int32_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count()));
  }
  return state;
}

gateway::Admitted AdmittedWith(const limits::Reservation& reservation, bool all,
                               limits::Moment now) {
  gateway::Admitted admitted;
  for (const limits::Limit& limit : reservation.from->set.limits()) {
    if (IsMoney(limit.kind)) {
      admitted.reserved_picousd = std::max(admitted.reserved_picousd, limit.Of(reservation.demand));
    }
    const limits::Level level = limits::LevelOf(limit, now);
    if (all || level.used_ratio() >= kNearlyUsed) admitted.limits.push_back(StateOf(limit, level));
  }
  return admitted;
}

}  // namespace inferwire::policy
