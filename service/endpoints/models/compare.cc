#include "endpoints/models/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "endpoints/models/find_model.h"
#include "endpoints/models/model_message.h"
#include "endpoints/models/service_way.h"

namespace inferwire::endpoints {
namespace {

constexpr int64_t kMaxRequests = 1'000'000'000'000;  // per month
constexpr int64_t kMaxTokensPerRequest = 1'000'000'000;

// Attribute and value, in the order in which people read them.
using Attributes = std::vector<std::pair<std::string, std::string>>;

// Micro-USD: at least cents, no zeros behind them.
std::string UsdText(int64_t micro_usd) {
  std::string digits = std::to_string(micro_usd);
  if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
  digits.insert(digits.size() - 6, ".");
  while (digits.back() == '0' && digits.find('.') + 3 < digits.size()) digits.pop_back();
  return "USD " + digits;
}

void AddNumber(const std::string& name, bool known, int64_t value, Attributes& to) {
  to.emplace_back(name, known ? std::to_string(value) : "");
}

void AddSupport(const std::string& front, const google::protobuf::Map<std::string, bool>& support,
                Attributes& to) {
  const std::map<std::string, bool> sorted(support.begin(), support.end());
  for (const auto& [name, value] : sorted) to.emplace_back(front + name, value ? "yes" : "no");
}

void AddLimits(const v1::TierLimit& limit, Attributes& to) {
  const std::string front = "limit." + limit.tier() + ".";
  AddNumber(front + "requests_per_minute", limit.has_requests_per_minute(),
            limit.requests_per_minute(), to);
  AddNumber(front + "requests_per_day", limit.has_requests_per_day(), limit.requests_per_day(), to);
  AddNumber(front + "tokens_per_minute", limit.has_tokens_per_minute(), limit.tokens_per_minute(),
            to);
  AddNumber(front + "batch_queue_tokens", limit.has_batch_queue_tokens(),
            limit.batch_queue_tokens(), to);
}

Attributes AttributesOf(const v1::Model& model) {
  Attributes attributes;
  attributes.emplace_back("display_name", model.display_name());
  attributes.emplace_back("owned_by", model.owned_by());
  attributes.emplace_back("upstream", model.upstream());
  for (const v1::Price& price : model.prices()) {
    const bool is_longer = price.above_input_tokens() > 0;
    const std::string longer =
        is_longer ? ".above_" + std::to_string(price.above_input_tokens()) : "";
    const int64_t per_million = price.micro_usd_per_million_tokens();
    attributes.emplace_back("price." + price.service_tier() + "." + price.kind() + longer,
                            per_million > 0 ? UsdText(per_million) : price.usd());
  }
  AddNumber("context_window_tokens", model.has_context_window_tokens(),
            model.context_window_tokens(), attributes);
  AddNumber("max_output_tokens", model.has_max_output_tokens(), model.max_output_tokens(),
            attributes);
  attributes.emplace_back("knowledge_cutoff", model.knowledge_cutoff());
  attributes.emplace_back("shutdown_date", model.shutdown_date());
  attributes.emplace_back("replacement_model_id", model.replacement_model_id());
  attributes.emplace_back("input_modalities", JoinWithCommas(model.input_modalities()));
  attributes.emplace_back("output_modalities", JoinWithCommas(model.output_modalities()));
  AddSupport("feature.", model.features(), attributes);
  AddSupport("endpoint.", model.endpoints(), attributes);
  const std::map<std::string, std::string> ratings(model.ratings().begin(), model.ratings().end());
  for (const auto& [name, value] : ratings) attributes.emplace_back("rating." + name, value);
  for (const v1::TierLimit& limit : model.tier_limits()) AddLimits(limit, attributes);
  return attributes;
}

// Every attribute that one of the models has a value for, in the order of the models' own.
std::vector<std::string> RowNames(const std::vector<Attributes>& models) {
  std::vector<std::string> names;
  for (const Attributes& attributes : models) {
    size_t after = 0;  // new names go behind the one that came before them
    for (const auto& [name, value] : attributes) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found != names.end()) {
        after = static_cast<size_t>(found - names.begin()) + 1;
      } else if (!value.empty()) {
        names.insert(names.begin() + static_cast<std::ptrdiff_t>(after), name);
        ++after;
      }
    }
  }
  return names;
}

void AddRows(v1::CompareModelsResponse& response) {
  std::vector<Attributes> models;
  for (const v1::Model& model : response.models()) models.push_back(AttributesOf(model));
  for (const std::string& name : RowNames(models)) {
    v1::ComparisonRow& row = *response.add_rows();
    row.set_attribute(name);
    std::set<std::string> different;
    for (const Attributes& attributes : models) {
      const auto found = std::find_if(attributes.begin(), attributes.end(),
                                      [&](const auto& each) { return each.first == name; });
      row.add_values(found == attributes.end() ? "" : found->second);
      different.insert(row.values(row.values_size() - 1));
    }
    row.set_differs(different.size() > 1);
  }
}

Result<void> CheckWorkload(const v1::Workload& load) {
  const auto in = [](int64_t value, int64_t most) { return value >= 0 && value <= most; };
  if (!in(load.requests_per_month(), kMaxRequests)) {
    return InvalidField("workload.requests_per_month", "must be 0 to 10^12");
  }
  if (!in(load.input_tokens_per_request(), kMaxTokensPerRequest)) {
    return InvalidField("workload.input_tokens_per_request", "must be 0 to 10^9");
  }
  if (!in(load.cached_input_tokens_per_request(), load.input_tokens_per_request())) {
    return InvalidField("workload.cached_input_tokens_per_request",
                        "must be 0 to input_tokens_per_request, which they are a part of");
  }
  if (!in(load.output_tokens_per_request(), kMaxTokensPerRequest)) {
    return InvalidField("workload.output_tokens_per_request", "must be 0 to 10^9");
  }
  if (!in(load.batch_percent(), 100)) {
    return InvalidField("workload.batch_percent", "must be 0 to 100");
  }
  return {};
}

using catalogue::Wide;  // 10^12 requests x 10^9 tokens x 10^18: unset where that does not fit

std::optional<Wide> AttoUsd(const catalogue::TierPrice& list, const v1::Workload& load,
                            int64_t requests) {
  const catalogue::TierPrice& price = list.For(load.input_tokens_per_request());
  const int64_t cached = load.cached_input_tokens_per_request();
  const int64_t fresh = load.input_tokens_per_request() - cached;
  const Wide per_request =
      fresh * price.input.Atto() + cached * price.cached_input.value_or(price.input).Atto() +
      load.output_tokens_per_request() * price.output.Atto() + price.request.value_or(0).Atto();
  Wide product = 0;
  if (__builtin_mul_overflow(per_request, Wide{requests}, &product)) return std::nullopt;
  return product;
}

// Rounded half up; unset if it does not fit.
std::optional<int64_t> MicroUsd(Wide attousd) {
  constexpr Wide kMicro = 1'000'000'000'000;
  const Wide micro = attousd / kMicro + (attousd % kMicro >= kMicro / 2 ? 1 : 0);
  if (micro > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(micro);
}

void AddWorkloadWays(const catalogue::Model* model_info, const v1::Workload& workload,
                     std::optional<std::chrono::milliseconds> deadline, v1::WorkloadCost& to) {
  if (!model_info) return;
  std::vector<v1::ServiceWay*> ways;
  for (PricedWay& each : WaysOf(*model_info, deadline)) {
    v1::WorkloadWay& way = *to.add_ways();
    way.mutable_way()->Swap(&each.way);
    const auto attousd = AttoUsd(*each.price, workload, workload.requests_per_month());
    if (const auto micro = attousd ? MicroUsd(*attousd) : std::nullopt) {
      way.set_monthly_microusd(*micro);
    }
    ways.push_back(way.mutable_way());
  }
  MarkCheapest(ways, deadline.has_value(), [&](size_t i) -> std::optional<int64_t> {
    const v1::WorkloadWay& way = to.ways(static_cast<int>(i));
    return way.has_monthly_microusd() ? std::optional<int64_t>(way.monthly_microusd())
                                      : std::nullopt;
  });
}

}  // namespace

v1::WorkloadCost PriceWorkload(const catalogue::Model* model_info, const v1::Workload& workload) {
  v1::WorkloadCost cost;
  const int64_t batched = workload.requests_per_month() / 100 * workload.batch_percent() +
                          workload.requests_per_month() % 100 * workload.batch_percent() / 100;
  const auto* const standard = model_info ? model_info->PriceOf(catalogue::kStandardTier) : nullptr;
  const auto* const batch = model_info ? model_info->PriceOf(catalogue::kBatchTier) : nullptr;
  if (!standard) {
    cost.set_unpriced_reason("MODEL_NOT_PRICED");
    return cost;
  }
  if (batched > 0 && !batch) {
    cost.set_unpriced_reason("SERVICE_TIER_NOT_PRICED");
    return cost;
  }
  const auto at_once = AttoUsd(*standard, workload, workload.requests_per_month() - batched);
  const auto in_batches = batched > 0 ? AttoUsd(*batch, workload, batched) : std::optional<Wide>(0);
  Wide both = 0;
  const bool fits = at_once && in_batches && !__builtin_add_overflow(*at_once, *in_batches, &both);
  const auto total = fits ? MicroUsd(both) : std::nullopt;
  if (!total) {
    cost.set_unpriced_reason("TOO_LARGE");
    return cost;
  }
  cost.set_monthly_microusd(*total);
  cost.set_standard_microusd(MicroUsd(*at_once).value_or(0));
  cost.set_batch_microusd(MicroUsd(*in_batches).value_or(0));
  return cost;
}

Result<v1::CompareModelsResponse> CompareModels(const v1::CompareModelsRequest& request,
                                                const upstream::KnownModels& known,
                                                const upstream::Router& router) {
  if (request.model_ids_size() < kMinCompared || request.model_ids_size() > kMaxCompared) {
    return InvalidField("model_ids", "must be 2 to 10 models");
  }
  if (auto good = CheckWorkload(request.workload()); !good) return good.error();
  const auto deadline = DeadlineOf(request.workload().has_deadline(), request.workload().deadline(),
                                   "workload.deadline");
  if (!deadline) return deadline.error();
  v1::CompareModelsResponse response;
  for (int i = 0; i < request.model_ids_size(); ++i) {
    const auto found =
        FindModel(request.model_ids(i), "model_ids[" + std::to_string(i) + "]", router, known);
    if (!found) return found.error();
    const upstream::KnownModel& model = **found;
    *response.add_models() = ToMessage(model, router);
    if (!request.has_workload()) continue;
    v1::WorkloadCost& cost = *response.add_workload_costs();
    cost = PriceWorkload(model.model_info, request.workload());
    AddWorkloadWays(model.model_info, request.workload(), *deadline, cost);
    cost.set_model_id(model.id);
  }
  AddRows(response);
  response.set_price_revision(known.catalogue->revision());
  return response;
}

}  // namespace inferwire::endpoints
