#include "policy/quota/limit_state.h"

#include <algorithm>
#include <array>
#include <utility>

namespace inferwire::policy {
namespace {

using limits::LimitKind;

constexpr std::array<std::pair<LimitKind, v1::Meter>, 8> kMeters = {{
    {LimitKind::kMoneyPerMonth, v1::METER_MONEY_PER_MONTH},
    {LimitKind::kMoneyPerWeek, v1::METER_MONEY_PER_WEEK},
    {LimitKind::kMoneyPerDay, v1::METER_MONEY_PER_DAY},
    {LimitKind::kRequestsPerDay, v1::METER_REQUESTS_PER_DAY},
    {LimitKind::kTokensPerDay, v1::METER_TOKENS_PER_DAY},
    {LimitKind::kRequestsPerMinute, v1::METER_REQUESTS_PER_MINUTE},
    {LimitKind::kTokensPerMinute, v1::METER_TOKENS_PER_MINUTE},
    {LimitKind::kConcurrentCalls, v1::METER_CONCURRENT_CALLS},
}};

v1::Meter MeterOf(LimitKind kind) {
  for (const auto& [each, meter] : kMeters) {
    if (each == kind) return meter;
  }
  return v1::METER_OTHER;
}

std::string_view TakePart(std::string_view& path) {
  const size_t end = path.find('/');
  const std::string_view part = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  return part;
}

void FillScope(std::string_view path, v1::Scope& scope) {
  const std::string_view what = TakePart(path);
  scope.set_tenant_id(std::string(TakePart(path)));
  if (what == "team") scope.set_team_id(std::string(path));
  if (what == "key") scope.set_key_id(std::string(path));
  if (what == "user") {
    scope.set_team_id(std::string(TakePart(path)));
    scope.set_user(std::string(path));
  }
}

}  // namespace

std::string ScopePath(const v1::Scope& scope) {
  if (scope.tenant_id().empty()) return {};
  if (!scope.user().empty()) {
    return "user/" + scope.tenant_id() + "/" + scope.team_id() + "/" + scope.user();
  }
  if (!scope.key_id().empty()) return "key/" + scope.tenant_id() + "/" + scope.key_id();
  if (!scope.team_id().empty()) return "team/" + scope.tenant_id() + "/" + scope.team_id();
  return "tenant/" + scope.tenant_id();
}

std::string_view ScopeLabel(std::string_view path) {
  std::string_view rest = path;
  if (TakePart(rest) != "user") return path;
  TakePart(rest);
  TakePart(rest);
  return rest.empty() ? path : path.substr(0, path.size() - rest.size() - 1);
}

std::optional<LimitKind> KindOf(v1::Meter meter) {
  for (const auto& [kind, each] : kMeters) {
    if (each == meter) return kind;
  }
  return std::nullopt;
}

v1::LimitState StateOf(const limits::Limit& limit, const limits::Level& level) {
  v1::LimitState state;
  FillScope(limit.scope, *state.mutable_scope());
  if (!limit.model.empty()) state.mutable_scope()->set_model_id(limit.model);
  state.set_meter(MeterOf(limit.kind));
  state.set_limit(level.amount);
  state.set_used(level.used);
  state.set_reserved(level.reserved);
  state.set_in_doubt(level.in_doubt);
  state.set_remaining(level.remaining);
  state.set_local(level.local);
  if (level.reset_at != WallTime{}) {
    const auto since = level.reset_at.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    state.mutable_reset()->set_seconds(seconds.count());
    state.mutable_reset()->set_nanos(static_cast<int32_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count()));
  }
  return state;
}

gateway::Admitted AdmittedWith(const limits::Reservation& reservation, Told told,
                               limits::Moment now) {
  gateway::Admitted admitted;
  for (const limits::Limit& limit : reservation.from->set.limits()) {
    if (IsMoney(limit.kind)) {
      admitted.reserved_picousd = std::max(admitted.reserved_picousd, limit.Of(reservation.demand));
    }
    if (told == Told::kNone) continue;
    const limits::Level level = limits::LevelOf(limit, now);
    if (told == Told::kAll || level.used_ratio() >= limits::kNearlyUsed) {
      admitted.limits.push_back(StateOf(limit, level));
    }
  }
  return admitted;
}

}  // namespace inferwire::policy
