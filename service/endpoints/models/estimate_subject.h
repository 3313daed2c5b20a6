// The request that an estimate is of: a chat, a response, embeddings or a text completion. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "inferwire/v1/models_service.pb.h"
#include "limits/demand.h"
#include "tokens/input_texts.h"
#include "tokens/model_rules.h"

namespace inferwire::endpoints {

struct EstimateSubject {
  std::string field;     // of the EstimateRequest, e.g. params
  std::string endpoint;  // as the catalogue has it, e.g. chat/completions
  std::string model;
  std::string service_tier{};
  std::optional<int64_t> asked_output{};  // of one choice
  int64_t choices = 1;
  bool text_alone = true;  // the output, and nothing is paid by the piece

  // What the caller's limits are asked for.
  limits::OutputBound output() const;
};

// INVALID_PARAMETER unless there is exactly one, with all that an estimate wants.
Result<EstimateSubject> SubjectOf(const v1::EstimateRequest& request);

// Takes the texts out of the request.
tokens::InputTexts TakeTexts(v1::EstimateRequest& request, const tokens::Model& model);

}  // namespace inferwire::endpoints
