// What a request would cost, counted and checked without sending it. In three steps, because
// the counting takes a while: plan, count plan.texts, finish. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "endpoints/models/estimate_subject.h"
#include "inferwire/v1/models_service.pb.h"
#include "tokens/input_texts.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

struct EstimatePlan {
  v1::EstimateResponse response;  // all but what depends on the count
  EstimateSubject subject;
  tokens::InputTexts texts;
  std::string tokenizer;  // the vocabulary to count with
  int64_t text_bytes = 0;
  std::optional<Error> too_long;   // what the live check says, which does not count
  catalogue::ModelRef model_info;  // null: not catalogued
  std::string price_tier;
  std::optional<std::chrono::milliseconds> deadline;
};

// Takes the texts out of the request.
Result<EstimatePlan> PlanEstimate(v1::EstimateRequest& request, const upstream::Router& router);

// One more thing that stands in the request's way.
void AddProblem(const Error& error, v1::EstimateResponse& to);

// counted: of plan.texts. exact: with the vocabulary that the plan names.
v1::EstimateResponse FinishEstimate(EstimatePlan plan, int64_t counted, bool exact);

}  // namespace inferwire::endpoints
