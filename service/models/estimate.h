// What a chat request would cost, counted and checked without sending it. In three steps, because
// the counting takes a while: plan, count plan.texts, finish. Pure.
#pragma once

#include <optional>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "llmgate/v1/models_service.pb.h"
#include "openai/routes.h"
#include "tokens/chat_texts.h"

namespace llmgate::models {

struct EstimatePlan {
  v1::EstimateResponse response;  // all but what depends on the count
  tokens::ChatTexts texts;
  catalogue::ModelRef facts;  // null: not catalogued
  std::optional<int64_t> asked_output;
  int64_t choices = 1;
  std::string price_tier;
};

// Takes the texts out of the request.
Result<EstimatePlan> PlanEstimate(v1::EstimateRequest& request, const openai::Routes& routes);

// counted: of plan.texts. exact: with the model's own vocabulary.
v1::EstimateResponse FinishEstimate(EstimatePlan plan, int64_t counted, bool exact);

}  // namespace llmgate::models
