#include "endpoints/models/estimate.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/chat_check.h"
#include "catalogue/price.h"
#include "endpoints/models/service_way.h"
#include "endpoints/shared/served_at.h"
#include "openai/context_window.h"
#include "tokens/vocabulary.h"

namespace inferwire::endpoints {
namespace {

void AddNeeds(const catalogue::Model* model_info, const v1::ChatCompletionParams& params,
              v1::EstimateResponse& to) {
  const catalogue::Abilities needs = catalogue::NeedsOf(params, /*stream=*/false);
  for (const catalogue::AbilityRow& row : catalogue::AbilityRows()) {
    if (!(needs & row.ability)) continue;
    v1::FeatureNeed& need = *to.add_features();
    need.set_feature(std::string(row.what));
    if (const auto has = model_info ? model_info->Has(row) : std::nullopt) need.set_supported(*has);
  }
}

bool Reasons(const catalogue::Model* model_info) {
  if (!model_info) return false;
  const auto said = model_info->features.find("reasoning");
  return said != model_info->features.end() && said->second;
}

// Where ChatService would send it, or the problem that it would have.
void AddRoute(const std::string& model, const upstream::Router& router, EstimatePlan& plan) {
  auto route = router.ForModel(model);
  if (!route) return AddProblem(route.error(), plan.response);
  plan.model_info = std::move(route->model_info);
  plan.response.set_upstream(route->upstream->name());
  plan.response.set_upstream_model(route->model);
}

// What ChatService would make of it.
void AddChatFacts(const v1::ChatCompletionParams& params, EstimatePlan& plan) {
  AddNeeds(plan.model_info.get(), params, plan.response);
  if (!plan.model_info) return;
  for (const Error& error : catalogue::ChatProblems(*plan.model_info, params, /*stream=*/false)) {
    AddProblem(error, plan.response);
  }
  if (auto fits = openai::CheckPromptFits(*plan.model_info, params); !fits) {
    plan.too_long = std::move(fits.error());
  }
}

// Every other service looks at the endpoint alone.
void AddEndpoint(const EstimateSubject& subject, EstimatePlan& plan) {
  v1::FeatureNeed& need = *plan.response.add_features();
  need.set_feature(subject.endpoint);
  const catalogue::Model* const model = plan.model_info.get();
  if (!model) return;
  const auto known = model->endpoints.find(subject.endpoint);
  if (known != model->endpoints.end()) need.set_supported(known->second);
  if (auto lacks = NotServedAt(model, subject.endpoint, subject.field)) {
    AddProblem(*lacks, plan.response);
  }
}

int64_t BytesOf(const std::vector<std::string>& texts) {
  int64_t bytes = 0;
  for (const std::string& text : texts) bytes += static_cast<int64_t>(text.size());
  return bytes;
}

// least_input: of the window only what the input surely takes is taken off.
std::optional<int64_t> MaxOutput(const EstimatePlan& plan, int64_t least_input) {
  std::optional<int64_t> most = plan.subject.asked_output;
  const auto bound = [&](std::optional<int64_t> limit) {
    if (limit) most = std::min(most.value_or(*limit), std::max<int64_t>(*limit, 0));
  };
  if (!plan.model_info) return most;
  bound(plan.model_info->max_output);
  if (plan.model_info->context_window) bound(*plan.model_info->context_window - least_input);
  return most;
}

void AddTooLong(const EstimatePlan& plan, int64_t least_input, v1::EstimateResponse& to) {
  if (plan.too_long) return AddProblem(*plan.too_long, to);
  const auto window = plan.model_info ? plan.model_info->context_window : std::nullopt;
  if (window && least_input > *window) {
    AddProblem(openai::PromptTooLong(*plan.model_info, least_input), to);
  }
}

// The model's own vocabulary, if that is known to be one of these.
bool IsOwn(const EstimatePlan& plan) {
  return plan.model_info && plan.model_info->tokenizer == plan.tokenizer;
}

// Unset if nothing bounds a part of the input. Without the vocabulary: its tokens are made of
// bytes, none is empty.
std::optional<int64_t> MaxInput(const EstimatePlan& plan, int64_t counted, bool exact) {
  if (!plan.texts.margin_tokens || !IsOwn(plan)) return std::nullopt;
  return (exact ? counted : plan.text_bytes) + plan.texts.frame_tokens + plan.texts.assumed_tokens +
         *plan.texts.margin_tokens;
}

struct Costs {
  v1::Cost& input;
  v1::Cost& most;
};

// By one of the model's price lists.
void FillCosts(const EstimatePlan& plan, std::string_view tier, v1::EstimateResponse& of,
               Costs to) {
  const auto price = [&](int64_t input, std::optional<int64_t> output, v1::Cost& cost) {
    catalogue::Tokens tokens;
    tokens.input = input;
    tokens.output = output;
    catalogue::FillCost(catalogue::Price(plan.model_info.get(), tokens, tier), cost);
  };
  price(of.input_tokens(), 0, to.input);
  const bool limited = of.has_max_output_tokens();
  const auto output =
      limited ? catalogue::Times(of.max_output_tokens(), plan.subject.choices) : std::nullopt;
  price(of.has_max_input_tokens() ? of.max_input_tokens() : of.input_tokens(), output, to.most);
  // Not USAGE_NOT_REPORTED: nothing was used.
  if (!output && plan.model_info && !plan.model_info->prices.empty()) {
    to.most.set_unpriced_reason(limited ? "TOO_LARGE" : "OUTPUT_NOT_LIMITED");
  }
}

void AddWays(const EstimatePlan& plan, v1::EstimateResponse& to) {
  if (!plan.model_info) return;
  std::vector<v1::ServiceWay*> ways;
  for (PricedWay& each : WaysOf(*plan.model_info, plan.deadline)) {
    v1::EstimateWay& way = *to.add_ways();
    way.mutable_way()->Swap(&each.way);
    FillCosts(plan, each.price->tier, to, {*way.mutable_input_cost(), *way.mutable_max_cost()});
    ways.push_back(way.mutable_way());
  }
  MarkCheapest(ways, plan.deadline.has_value(), [&](size_t i) -> std::optional<int64_t> {
    const v1::EstimateWay& way = to.ways(static_cast<int>(i));
    if (way.max_cost().has_total_picousd()) return way.max_cost().total_picousd();
    if (way.input_cost().has_total_picousd()) return way.input_cost().total_picousd();
    return std::nullopt;
  });
}

void AddCosts(const EstimatePlan& plan, v1::EstimateResponse& to) {
  FillCosts(plan, plan.price_tier, to, {*to.mutable_input_cost(), *to.mutable_max_cost()});
  to.set_max_cost_is_bound(to.has_max_input_tokens() && plan.subject.text_alone &&
                           to.max_cost().has_total_picousd());
  AddWays(plan, to);
}

}  // namespace

void AddProblem(const Error& error, v1::EstimateResponse& to) {
  v1::RequestProblem& problem = *to.add_problems();
  problem.set_reason(std::string(ReasonName(error.reason)));
  if (error.fields.empty()) {
    problem.set_description(error.message);
    return;
  }
  problem.set_field(error.fields.front().field);
  problem.set_description(error.fields.front().description);
}

Result<EstimatePlan> PlanEstimate(v1::EstimateRequest& request, const upstream::Router& router) {
  auto subject = SubjectOf(request);
  if (!subject) return subject.error();
  EstimatePlan plan;
  AddRoute(subject->model, router, plan);
  const catalogue::Model* const model = plan.model_info.get();
  v1::EstimateResponse& response = plan.response;
  if (model) {
    response.set_model_id(model->id);
    response.set_snapshot_id(std::string(catalogue::Catalogue::SnapshotOf(*model, subject->model)));
  }
  if (request.has_params()) {
    AddChatFacts(request.params(), plan);
  } else {
    AddEndpoint(*subject, plan);
  }
  auto deadline = DeadlineOf(request.has_deadline(), request.deadline(), "deadline");
  if (!deadline) return deadline.error();
  plan.deadline = *deadline;
  plan.price_tier = request.batch() ? std::string(catalogue::kBatchTier) : subject->service_tier;
  // Of a model that nobody knows a vocabulary of, the newest one's count is the best estimate.
  plan.tokenizer = model && !model->tokenizer.empty() ? model->tokenizer : tokens::kO200kBase;
  const std::string& name = model ? model->id : subject->model;
  plan.texts = TakeTexts(request, {name, Reasons(model)});
  plan.text_bytes = BytesOf(plan.texts.texts);
  plan.subject = std::move(*subject);
  return plan;
}

v1::EstimateResponse FinishEstimate(EstimatePlan plan, int64_t counted, bool exact) {
  v1::EstimateResponse response = std::move(plan.response);
  const int64_t input = counted + plan.texts.frame_tokens + plan.texts.assumed_tokens;
  response.set_input_tokens(input);
  if (const auto most = MaxInput(plan, counted, exact)) response.set_max_input_tokens(*most);
  for (const std::string& note : plan.texts.notes) response.add_count_notes(note);
  const bool known = exact && IsOwn(plan);
  if (exact) {
    response.set_tokenizer(plan.tokenizer);
    if (!known) response.add_count_notes("The model's own vocabulary is not known.");
  } else {
    response.add_count_notes("Texts were not counted, but estimated from their length and shape.");
  }
  const bool counted_all = known && plan.texts.notes.empty();
  response.set_count_method(counted_all ? v1::TOKEN_COUNT_METHOD_EXACT
                                        : v1::TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE);
  const int64_t least_input = counted_all ? input : plan.texts.frame_tokens;
  if (const auto output = MaxOutput(plan, least_input)) response.set_max_output_tokens(*output);
  if (plan.model_info && plan.model_info->context_window) {
    response.set_fits_context_window(input + plan.subject.asked_output.value_or(0) <=
                                     *plan.model_info->context_window);
  }
  AddTooLong(plan, least_input, response);
  AddCosts(plan, response);
  return response;
}

}  // namespace inferwire::endpoints
