// inferwire tenants: list, show, put, disable, enable, boost.
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <map>
#include <string>

#include "output.h"
#include "session.h"
#include "table.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kPage = 500;
constexpr int64_t kPicousd = 1'000'000'000'000;  // of a USD

// The API's words for those of the command line; others are money.
const std::map<std::string, v1::Meter>& Meters() {
  static const std::map<std::string, v1::Meter> meters{
      {"rpm", v1::METER_REQUESTS_PER_MINUTE},     {"tpm", v1::METER_TOKENS_PER_MINUTE},
      {"rpd", v1::METER_REQUESTS_PER_DAY},        {"tpd", v1::METER_TOKENS_PER_DAY},
      {"concurrent", v1::METER_CONCURRENT_CALLS}, {"day", v1::METER_MONEY_PER_DAY},
      {"week", v1::METER_MONEY_PER_WEEK},         {"month", v1::METER_MONEY_PER_MONTH}};
  return meters;
}

bool IsMoney(v1::Meter meter) {
  return meter == v1::METER_MONEY_PER_DAY || meter == v1::METER_MONEY_PER_WEEK ||
         meter == v1::METER_MONEY_PER_MONTH;
}

std::string MeterText(v1::Meter meter) {
  for (const auto& [name, known] : Meters()) {
    if (known == meter) return name;
  }
  return v1::Meter_Name(meter);
}

std::string AmountText(v1::Meter meter, int64_t amount) {
  return IsMoney(meter) ? CostText(amount) : Grouped(amount);
}

// "rpm 600, tpm 200,000"
std::string LimitsText(const v1::Limits& limits) {
  std::string text;
  const auto add = [&text](bool has, const char* name, int64_t value) {
    if (has) text += (text.empty() ? "" : ", ") + std::string(name) + " " + Grouped(value);
  };
  add(limits.has_requests_per_minute(), "rpm", limits.requests_per_minute());
  add(limits.has_tokens_per_minute(), "tpm", limits.tokens_per_minute());
  add(limits.has_requests_per_day(), "rpd", limits.requests_per_day());
  add(limits.has_tokens_per_day(), "tpd", limits.tokens_per_day());
  add(limits.has_concurrent_calls(), "concurrent", limits.concurrent_calls());
  add(limits.has_max_output_tokens(), "output", limits.max_output_tokens());
  return text.empty() ? "-" : text;
}

template <class Budgets>
std::string BudgetsText(const Budgets& budgets) {
  std::string text;
  for (const v1::Budget& budget : budgets) {
    text += (text.empty() ? "" : ", ") + MeterText(budget.period()) + " " +
            CostText(budget.limit_picousd());
  }
  return text.empty() ? "-" : text;
}

std::string TeamsText(const v1::Tenant& tenant) {
  std::string text;
  for (const v1::Team& team : tenant.teams()) text += (text.empty() ? "" : ", ") + team.team_id();
  return text.empty() ? "-" : text;
}

ExitCode PrintAll(const v1::ListTenantsResponse& list) {
  Table table({"id", "from", "state", "limits", "budgets", "teams"});
  for (const v1::Tenant& tenant : list.tenants()) {
    table.Add({tenant.tenant_id(), tenant.origin(), tenant.disabled() ? "disabled" : "served",
               LimitsText(tenant.limits()), BudgetsText(tenant.budgets()), TeamsText(tenant)});
  }
  return Print(table.Text()) ? kOk : kCallFailed;
}

ExitCode PrintTenant(const GlobalArgs& global, const v1::Tenant& tenant) {
  if (global.json) return Print(GatewayJson(tenant) + "\n") ? kOk : kCallFailed;
  Table table({"id", tenant.tenant_id()});
  if (!tenant.display_name().empty()) table.Add({"name", tenant.display_name()});
  table.Add({"from", tenant.origin()});
  table.Add({"state", tenant.disabled() ? "disabled" : "served"});
  table.Add({"limits", LimitsText(tenant.limits())});
  table.Add({"budgets", BudgetsText(tenant.budgets())});
  table.Add({"teams", TeamsText(tenant)});
  for (const v1::Boost& boost : tenant.boosts()) {
    table.Add({"boost", MeterText(boost.meter()) + " +" +
                            AmountText(boost.meter(), boost.amount()) + " until " +
                            TimeText(boost.has_until(), boost.until()) +
                            (boost.reason().empty() ? "" : " (" + boost.reason() + ")")});
  }
  if (tenant.version() > 0) table.Add({"version", std::to_string(tenant.version())});
  return Print(table.Text()) ? kOk : kCallFailed;
}

template <class States>
ExitCode PrintLimits(const States& states) {
  if (states.empty()) return kOk;
  Table table({"limit", "of", "used", "reserved", "left", "resets"});
  for (const v1::LimitState& state : states) {
    const v1::Meter meter = state.meter();
    table.Add({MeterText(meter), AmountText(meter, state.limit()), AmountText(meter, state.used()),
               AmountText(meter, state.reserved()), AmountText(meter, state.remaining()),
               TimeText(state.has_reset(), state.reset())});
  }
  return Print("\n" + table.Text()) ? kOk : kCallFailed;
}

// The pages of the list together.
ExitCode List(AdminSession& session) {
  v1::ListTenantsRequest request;
  request.set_page_size(kPage);
  v1::ListTenantsResponse all;
  do {
    auto page = session.client.ListTenants(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return Report(session.global, page.error());
    request.set_page_token(page->next_page_token());
    for (v1::Tenant& tenant : *page->mutable_tenants()) *all.add_tenants() = std::move(tenant);
  } while (!request.page_token().empty());
  if (session.global.json) return Print(GatewayJson(all) + "\n") ? kOk : kCallFailed;
  return PrintAll(all);
}

// With --json the tenant alone: what `put` takes.
ExitCode Show(AdminSession& session, const TenantsArgs& args) {
  v1::GetTenantRequest request;
  request.set_tenant_id(args.id);
  const auto found = session.client.GetTenant(request, session.Arm());
  session.interrupts.Disarm();
  if (!found) return Report(session.global, found.error());
  const ExitCode code = PrintTenant(session.global, found->tenant());
  return code != kOk || session.global.json ? code : PrintLimits(found->limits());
}

ExitCode Put(AdminSession& session, const TenantsArgs& args) {
  auto text = ReadText(args.file);
  if (!text) return Report(session.global, text.error());
  v1::PutTenantRequest request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(*text, request.mutable_tenant());
  if (!parsed.ok()) {
    return Report(session.global,
                  UsageError(args.file + " is no tenant: " + std::string(parsed.message())));
  }
  request.mutable_tenant()->clear_origin();
  const auto put = session.client.PutTenant(request, session.Arm());
  session.interrupts.Disarm();
  return put ? PrintTenant(session.global, put->tenant()) : Report(session.global, put.error());
}

ExitCode Disable(AdminSession& session, const TenantsArgs& args) {
  v1::DisableTenantRequest request;
  request.set_tenant_id(args.id);
  request.set_enable(args.verb == TenantsArgs::Verb::kEnable);
  request.set_reason(args.reason);
  const auto changed = session.client.DisableTenant(request, session.Arm());
  session.interrupts.Disarm();
  return changed ? PrintTenant(session.global, changed->tenant())
                 : Report(session.global, changed.error());
}

ExitCode Boost(AdminSession& session, const TenantsArgs& args) {
  v1::BoostLimitRequest request;
  request.mutable_scope()->set_tenant_id(args.id);
  v1::Boost& boost = *request.mutable_boost();
  boost.set_meter(Meters().at(args.meter));
  const bool money = IsMoney(boost.meter());
  if (money && args.amount > INT64_MAX / kPicousd) {
    return Report(session.global, UsageError("--amount: is more than 9 million USD"));
  }
  boost.set_amount(money ? args.amount * kPicousd : args.amount);
  *boost.mutable_until() = TimeUtil::GetCurrentTime() + TimeUtil::SecondsToDuration(args.seconds);
  boost.set_reason(args.reason);
  const auto boosted = session.client.BoostLimit(request, session.Arm());
  session.interrupts.Disarm();
  if (!boosted) return Report(session.global, boosted.error());
  if (session.global.json) return Print(GatewayJson(*boosted) + "\n") ? kOk : kCallFailed;
  const std::string text = args.id + ": " + args.meter + " +" +
                           AmountText(boost.meter(), boost.amount()) + " until " +
                           TimeText(true, boost.until()) + "\n";
  return Print(text) ? PrintLimits(boosted->limits()) : kCallFailed;
}

}  // namespace

ExitCode Run(AdminSession& session, const TenantsArgs& args) {
  switch (args.verb) {
    case TenantsArgs::Verb::kList:
      return List(session);
    case TenantsArgs::Verb::kShow:
      return Show(session, args);
    case TenantsArgs::Verb::kPut:
      return Put(session, args);
    case TenantsArgs::Verb::kDisable:
    case TenantsArgs::Verb::kEnable:
      return Disable(session, args);
    case TenantsArgs::Verb::kBoost:
      break;
  }
  return Boost(session, args);
}

}  // namespace inferwire::cli
