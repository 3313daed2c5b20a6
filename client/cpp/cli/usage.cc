// inferwire limits, inferwire usage.
#include <chrono>
#include <iostream>
#include <map>

#include "output.h"
#include "session.h"
#include "table.h"
#include "usage_rows.h"

namespace inferwire::cli {
namespace {

std::string MeterText(v1::Meter meter) {
  static const std::map<v1::Meter, std::string> kTexts{
      {v1::METER_REQUESTS_PER_MINUTE, "requests per minute"},
      {v1::METER_TOKENS_PER_MINUTE, "tokens per minute"},
      {v1::METER_REQUESTS_PER_DAY, "requests per day"},
      {v1::METER_TOKENS_PER_DAY, "tokens per day"},
      {v1::METER_CONCURRENT_CALLS, "calls at once"},
      {v1::METER_BATCH_QUEUE_TOKENS, "tokens of batches"},
      {v1::METER_MONEY_PER_DAY, "USD per day"},
      {v1::METER_MONEY_PER_WEEK, "USD per week"},
      {v1::METER_MONEY_PER_MONTH, "USD per month"}};
  const auto found = kTexts.find(meter);
  return found == kTexts.end() ? v1::Meter_Name(meter) : found->second;
}

std::string AmountText(v1::Meter meter, int64_t amount) {
  constexpr int64_t kPicoPerMicro = 1'000'000;
  const bool money = meter == v1::METER_MONEY_PER_DAY || meter == v1::METER_MONEY_PER_WEEK ||
                     meter == v1::METER_MONEY_PER_MONTH;
  return money ? UsdText(amount / kPicoPerMicro, 6) : Grouped(amount);
}

std::string ScopeText(const v1::Scope& scope) {
  std::string text = scope.tenant_id();
  if (!scope.team_id().empty()) text += "/" + scope.team_id();
  if (!scope.key_id().empty()) text += "/key " + scope.key_id();
  if (!scope.model_id().empty()) text += ", " + scope.model_id();
  return text;
}

template <class Texts>
std::string Joined(const Texts& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined.empty() ? "-" : joined;
}

std::string WhoText(const v1::Principal& who) {
  if (who.tenant_id().empty())
    return who.subject().empty() ? "nobody in particular" : who.subject();
  std::string text = who.tenant_id();
  if (!who.team_id().empty()) text += "/" + who.team_id();
  if (!who.key_id().empty()) text += ", key " + who.key_id();
  return text + " (" + Joined(who.roles()) + ")";
}

ExitCode PrintLimits(const v1::GetLimitsResponse& limits) {
  std::string text = "caller      " + WhoText(limits.principal()) + "\nmodels      " +
                     Joined(limits.models()) + "\noperations  " + Joined(limits.operations()) +
                     "\n";
  Table table({"whose", "limit", "of", "used", "set aside", "left", "all of it again"});
  for (const v1::LimitState& state : limits.limits()) {
    const auto amount = [&](int64_t number) { return AmountText(state.meter(), number); };
    table.Add({ScopeText(state.scope()), amount(state.limit()), MeterText(state.meter()),
               amount(state.used()), amount(state.reserved()), amount(state.remaining()),
               TimeText(state.has_reset(), state.reset())});
  }
  text += limits.limits().empty() ? "no limits\n" : "\n" + table.Text();
  return Print(text) ? kOk : kCallFailed;
}

v1::QueryUsageRequest::Bucket BucketOf(const std::string& name) {
  if (name == "hour") return v1::QueryUsageRequest::BUCKET_HOUR;
  if (name == "month") return v1::QueryUsageRequest::BUCKET_MONTH;
  return name == "all" ? v1::QueryUsageRequest::BUCKET_ALL : v1::QueryUsageRequest::BUCKET_DAY;
}

template <class Request>
void FillTimeAndScope(const UsageArgs& args, Request& request) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  request.mutable_start()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(now).count() - args.last_seconds);
  v1::Scope& scope = *request.mutable_scope();
  scope.set_tenant_id(args.tenant);
  scope.set_team_id(args.team);
  scope.set_key_id(args.key);
  scope.set_user(args.user);
  scope.set_model_id(args.model);
  scope.set_upstream(args.upstream);
}

void TellUntil(bool known, const google::protobuf::Timestamp& until) {
  std::cerr << "complete until " << (known ? IsoTime(until) : "an unknown time") << '\n';
}

ExitCode PrintFocus(Session& session, const UsageArgs& args) {
  v1::ExportUsageRequest request;
  FillTimeAndScope(args, request);
  bool printed = Print(FocusHead());
  v1::ExportUsageResponse last;
  const auto done = session.client.ExportUsage(
      request,
      [&](v1::ExportUsageResponse& response) {
        std::string lines;
        for (const v1::UsageRow& row : response.rows()) lines += Focus(row);
        printed = printed && (lines.empty() || Print(lines));
        last.Swap(&response);
        return printed;
      },
      session.Arm());
  session.interrupts.Disarm();
  if (!done) return Report(session.global, done.error());
  TellUntil(last.has_complete_until(), last.complete_until());
  return printed ? kOk : kCallFailed;
}

ExitCode PrintTable(const v1::QueryUsageResponse& usage, const UsageArgs& args) {
  std::vector<std::string> head{"from"};
  head.insert(head.end(), args.by.begin(), args.by.end());
  for (const char* name : {"calls", "failed", "input", "cached", "output", "USD"}) {
    head.emplace_back(name);
  }
  Table table(std::move(head));
  int64_t unpriced = 0;
  for (const v1::UsageRow& row : usage.rows()) {
    std::vector<std::string> cells{TimeText(true, row.start())};
    for (const std::string& name : args.by) cells.push_back(GroupOf(row, name));
    for (const int64_t number : {row.calls(), row.failed_calls(), row.input_tokens(),
                                 row.cached_input_tokens(), row.output_tokens()}) {
      cells.push_back(Grouped(number));
    }
    cells.push_back(row.usd());
    table.Add(std::move(cells));
    unpriced += row.unpriced_calls();
  }
  if (!Print(usage.rows().empty() ? "nothing was used\n" : table.Text())) return kCallFailed;
  if (unpriced > 0) {
    std::cerr << Grouped(unpriced) << " calls have no known price: their money is not in it\n";
  }
  TellUntil(usage.has_complete_until(), usage.complete_until());
  return kOk;
}

}  // namespace

ExitCode Run(Session& session, const LimitsArgs& args) {
  v1::GetLimitsRequest request;
  request.mutable_scope()->set_tenant_id(args.tenant);
  request.mutable_scope()->set_team_id(args.team);
  request.mutable_scope()->set_key_id(args.key);
  const auto limits = session.client.GetLimits(request, session.Arm());
  session.interrupts.Disarm();
  if (!limits) return Report(session.global, limits.error());
  if (session.global.json) return Print(GatewayJson(*limits) + "\n") ? kOk : kCallFailed;
  return PrintLimits(*limits);
}

ExitCode Run(Session& session, const UsageArgs& args) {
  if (args.form == UsageArgs::Form::kFocus) return PrintFocus(session, args);
  v1::QueryUsageRequest request;
  FillTimeAndScope(args, request);
  request.set_bucket(BucketOf(args.bucket));
  for (const std::string& name : args.by) request.add_group_by(name);
  request.set_time_zone(args.zone);
  request.set_page_size(1000);
  v1::QueryUsageResponse all;
  do {
    const auto page = session.client.QueryUsage(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return Report(session.global, page.error());
    all.mutable_rows()->MergeFrom(page->rows());
    // Of the first page: what came later is not in it.
    if (!all.has_complete_until() && page->has_complete_until()) {
      *all.mutable_complete_until() = page->complete_until();
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (session.global.json) return Print(GatewayJson(all) + "\n") ? kOk : kCallFailed;
  if (args.form == UsageArgs::Form::kTable) return PrintTable(all, args);
  std::string text = UsageCsvHead(args.by);
  for (const v1::UsageRow& row : all.rows()) text += UsageCsv(row, args.by);
  return Print(text) ? kOk : kCallFailed;
}

}  // namespace inferwire::cli
