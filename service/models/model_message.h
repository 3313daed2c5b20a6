// A model as callers see it.
#pragma once

#include "llmgate/v1/models_service.pb.h"
#include "models/known_models.h"

namespace llmgate::models {

v1::Model ToMessage(const KnownModel& model);

}  // namespace llmgate::models
