#include "models/estimate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catalogue/chat_check.h"
#include "catalogue/price.h"
#include "models/known_models.h"

namespace llmgate::models {
namespace {

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

void AddNeeds(const catalogue::Model* facts, const v1::ChatCompletionParams& params,
              v1::EstimateResponse& to) {
  const catalogue::Abilities needs = catalogue::NeedsOf(params, /*stream=*/false);
  for (const catalogue::AbilityRow& row : catalogue::AbilityRows()) {
    if (!(needs & row.ability)) continue;
    v1::FeatureNeed& need = *to.add_features();
    need.set_feature(std::string(row.what));
    if (const auto has = facts ? facts->Has(row) : std::nullopt) need.set_supported(*has);
  }
}

std::optional<int64_t> AskedOutput(const v1::ChatCompletionParams& params) {
  std::optional<int64_t> asked;
  if (params.has_max_tokens()) asked = params.max_tokens();
  if (params.has_max_completion_tokens()) asked = params.max_completion_tokens();
  return asked;
}

bool Reasons(const catalogue::Model* facts) {
  if (!facts) return false;
  const auto said = facts->features.find("reasoning");
  return said != facts->features.end() && said->second;
}

// Where ChatService would send it, or the problem that it would have.
void AddRoute(const std::string& model, const openai::Routes& routes, EstimatePlan& plan) {
  auto route = routes.ForModel(model);
  if (!route) return AddProblem(route.error(), plan.response);
  plan.facts = std::move(route->facts);
  plan.response.set_upstream(route->upstream->name());
  plan.response.set_upstream_model(route->model);
}

std::optional<int64_t> MaxOutput(const EstimatePlan& plan, int64_t input) {
  std::optional<int64_t> most = plan.asked_output;
  const auto bound = [&](std::optional<int64_t> limit) {
    if (limit) most = std::min(most.value_or(*limit), std::max<int64_t>(*limit, 0));
  };
  if (!plan.facts) return most;
  bound(plan.facts->max_output);
  if (plan.facts->context_window) bound(*plan.facts->context_window - input);
  return most;
}

void AddCosts(const EstimatePlan& plan, int64_t input, v1::EstimateResponse& to) {
  const auto price = [&](std::optional<int64_t> output, v1::Cost& cost) {
    catalogue::Tokens tokens;
    tokens.input = input;
    tokens.output = output;
    catalogue::FillCost(catalogue::Price(plan.facts.get(), tokens, plan.price_tier), cost);
  };
  price(0, *to.mutable_input_cost());
  const bool limited = to.has_max_output_tokens();
  const auto output =
      limited ? catalogue::Times(to.max_output_tokens(), plan.choices) : std::nullopt;
  price(output, *to.mutable_max_cost());
  // Not USAGE_NOT_REPORTED: nothing was used.
  if (!output && plan.facts && !plan.facts->prices.empty()) {
    to.mutable_max_cost()->set_unpriced_reason(limited ? "TOO_LARGE" : "OUTPUT_NOT_LIMITED");
  }
}

}  // namespace

Result<EstimatePlan> PlanEstimate(v1::EstimateRequest& request, const openai::Routes& routes) {
  v1::ChatCompletionParams& params = *request.mutable_params();
  if (params.model().empty()) return InvalidField("params.model", "is required");
  if (params.messages().empty()) return InvalidField("params.messages", "is required");
  if (params.n() < 0) return InvalidField("params.n", "is negative");
  EstimatePlan plan;
  AddRoute(params.model(), routes, plan);
  v1::EstimateResponse& response = plan.response;
  if (plan.facts) {
    response.set_model_id(plan.facts->id);
    response.set_snapshot_id(
        std::string(catalogue::Catalogue::SnapshotOf(*plan.facts, params.model())));
    for (const Error& error : catalogue::ChatProblems(*plan.facts, params, /*stream=*/false)) {
      AddProblem(error, response);
    }
  }
  AddNeeds(plan.facts.get(), params, response);
  plan.asked_output = AskedOutput(params);
  plan.choices = params.has_n() ? params.n() : 1;
  plan.price_tier = request.batch() ? std::string(catalogue::kBatchTier) : params.service_tier();
  plan.texts = tokens::TakeChatTexts(params, Reasons(plan.facts.get()));
  return plan;
}

v1::EstimateResponse FinishEstimate(EstimatePlan plan, int64_t counted, bool exact) {
  v1::EstimateResponse response = std::move(plan.response);
  const int64_t input = counted + plan.texts.frame_tokens + plan.texts.assumed_tokens;
  response.set_input_tokens(input);
  for (std::string& note : plan.texts.notes) *response.add_count_notes() = std::move(note);
  const bool known = exact && plan.facts && plan.facts->tokenizer == "o200k_base";
  if (exact) {
    response.set_tokenizer("o200k_base");
    if (!known) response.add_count_notes("The model's own vocabulary is not known.");
  } else {
    response.add_count_notes("Texts were not counted, but estimated from their length and shape.");
  }
  response.set_count_method(known && plan.texts.notes.empty()
                                ? v1::TOKEN_COUNT_METHOD_EXACT
                                : v1::TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE);
  if (const auto output = MaxOutput(plan, input)) response.set_max_output_tokens(*output);
  if (plan.facts && plan.facts->context_window) {
    response.set_fits_context_window(input + plan.asked_output.value_or(0) <=
                                     *plan.facts->context_window);
  }
  AddCosts(plan, input, response);
  return response;
}

}  // namespace llmgate::models
