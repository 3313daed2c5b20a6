// inferwire models compare: models side by side, and what a load costs on each.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "models_pages.h"
#include "output.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

// Whole numbers as everywhere else; the server writes plain digits.
std::string CellText(const std::string& value) {
  if (value.empty()) return "-";
  constexpr size_t kMostDigits = 18;
  const bool number =
      value.size() <= kMostDigits && value.find_first_not_of("0123456789") == std::string::npos;
  return number ? Grouped(std::stoll(value)) : value;
}

std::string MonthText(int64_t microusd) { return "USD " + UsdText(microusd, 2); }

// The price lists that any of the models has, in the order in which they come.
std::vector<std::string> TiersOf(const v1::CompareModelsResponse& compared) {
  std::vector<std::string> tiers;
  for (const v1::WorkloadCost& cost : compared.workload_costs()) {
    for (const v1::WorkloadWay& way : cost.ways()) {
      const std::string& tier = way.way().service_tier();
      if (std::find(tiers.begin(), tiers.end(), tier) == tiers.end()) tiers.push_back(tier);
    }
  }
  return tiers;
}

std::string WayText(const v1::WorkloadCost& cost, std::string_view tier) {
  for (const v1::WorkloadWay& each : cost.ways()) {
    const v1::ServiceWay& way = each.way();
    if (way.service_tier() != tier) continue;
    std::string text = each.has_monthly_microusd() ? MonthText(each.monthly_microusd()) : "-";
    if (way.has_meets_deadline() && !way.meets_deadline()) text += " TOO LATE";
    return text + (way.cheapest() ? " <- cheapest" : "");
  }
  return "-";
}

void AddCosts(const v1::CompareModelsResponse& compared, Table& table) {
  if (compared.workload_costs().empty()) return;
  std::vector<std::string> cells = {"*", "this workload per month"};
  for (const v1::WorkloadCost& cost : compared.workload_costs()) {
    cells.push_back(cost.has_monthly_microusd() ? MonthText(cost.monthly_microusd())
                                                : cost.unpriced_reason());
  }
  table.Add(cells);
  for (const std::string& tier : TiersOf(compared)) {
    cells = {"*", "all of it by " + tier};
    for (const v1::WorkloadCost& cost : compared.workload_costs()) {
      cells.push_back(WayText(cost, tier));
    }
    table.Add(cells);
  }
}

v1::CompareModelsRequest RequestOf(const ModelsArgs& args) {
  v1::CompareModelsRequest request;
  for (const auto& model : args.models) request.add_model_ids(model);
  if (args.requests == 0) return request;
  v1::Workload& load = *request.mutable_workload();
  load.set_requests_per_month(args.requests);
  load.set_input_tokens_per_request(args.input_tokens);
  load.set_cached_input_tokens_per_request(args.cached_tokens);
  load.set_output_tokens_per_request(args.output_tokens);
  load.set_batch_percent(args.batch_percent);
  if (args.deadline_seconds > 0) load.mutable_deadline()->set_seconds(args.deadline_seconds);
  return request;
}

}  // namespace

ExitCode ShowCompared(Session& session, const ModelsArgs& args) {
  const auto compared = session.client.CompareModels(RequestOf(args), session.Arm());
  session.interrupts.Disarm();
  if (!compared) return Report(session.global, compared.error());
  if (session.global.json) return PrintJson(*compared);
  std::vector<std::string> head = {"", ""};
  for (const v1::Model& model : compared->models()) head.push_back(model.model_id());
  Table table(head);
  for (const v1::ComparisonRow& row : compared->rows()) {
    std::vector<std::string> cells = {row.differs() ? "*" : "", row.attribute()};
    for (const auto& value : row.values()) cells.push_back(CellText(value));
    table.Add(cells);
  }
  AddCosts(*compared, table);
  return Print(table.Text()) ? kOk : kCallFailed;
}

}  // namespace inferwire::cli
