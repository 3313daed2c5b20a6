// inferwire models retiring: which models end, when, and who still calls them.
#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "models_pages.h"
#include "output.h"
#include "table.h"

namespace inferwire::cli {
namespace {

constexpr int64_t kUsageSeconds = 30 * 86'400;

// Calls of the last 30 days: by model as it was sent, then by caller.
using Callers = std::map<std::string, std::map<std::string, int64_t>, std::less<>>;

std::string CallerText(const v1::Scope& scope) {
  if (scope.tenant_id().empty()) return "unknown";
  return scope.team_id().empty() ? scope.tenant_id() : scope.tenant_id() + "/" + scope.team_id();
}

client::Result<Callers> CallersOfModels(Session& session) {
  v1::QueryUsageRequest request;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  request.mutable_start()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(now).count() - kUsageSeconds);
  request.set_bucket(v1::QueryUsageRequest::BUCKET_ALL);
  for (const char* by : {"model", "tenant", "team"}) request.add_group_by(by);
  request.set_page_size(1000);
  Callers callers;
  do {
    const auto page = session.client.QueryUsage(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return page.error();
    for (const v1::UsageRow& row : page->rows()) {
      callers[row.scope().model_id()][CallerText(row.scope())] += row.calls();
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return callers;
}

// acme/search (1,204), beta (3)
std::string CallersText(const v1::Model& model, const Callers& callers) {
  std::set<std::string> names{model.model_id()};
  names.insert(model.aliases().begin(), model.aliases().end());
  names.insert(model.snapshots().begin(), model.snapshots().end());
  std::map<std::string, int64_t> sums;
  for (const std::string& name : names) {
    const auto found = callers.find(name);
    if (found == callers.end()) continue;
    for (const auto& [caller, calls] : found->second) sums[caller] += calls;
  }
  std::string text;
  for (const auto& [caller, calls] : sums) {
    text += (text.empty() ? "" : ", ") + caller + " (" + Grouped(calls) + ")";
  }
  return text.empty() ? "-" : text;
}

std::string DaysText(const v1::Model& model) {
  return model.ended() ? "ended" : Grouped(model.days_left());
}

}  // namespace

ExitCode ShowRetiring(Session& session, const ModelsArgs& args) {
  const auto models =
      AllModels(session, "days_left<=" + std::to_string(args.within_days), "shutdown_date");
  if (!models) return Report(session.global, models.error());
  if (session.global.json) return PrintJson(*models);
  if (models->models().empty()) return Print("no model is known to end\n") ? kOk : kCallFailed;
  // A gateway without a ledger, or one that this caller may not read, says nothing of calls.
  const auto callers = CallersOfModels(session);
  std::vector<std::string> head{"model", "upstream", "ends", "days left", "replacement"};
  if (callers) head.emplace_back("calls in 30 days");
  Table table(std::move(head));
  for (const v1::Model& model : models->models()) {
    std::vector<std::string> row{
        model.model_id(), model.upstream().empty() ? "-" : model.upstream(), model.shutdown_date(),
        DaysText(model), model.replacement_model_id().empty() ? "-" : model.replacement_model_id()};
    if (callers) row.push_back(CallersText(model, *callers));
    table.Add(std::move(row));
  }
  if (!Print(table.Text())) return kCallFailed;
  if (!callers) std::cerr << "who calls them is not known: " << callers.error().message << '\n';
  return kOk;
}

}  // namespace inferwire::cli
