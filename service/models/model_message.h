// A model as callers see it.
#pragma once

#include "inferwire/v1/models_service.pb.h"
#include "models/known_models.h"

namespace inferwire::models {

v1::Model ToMessage(const KnownModel& model);

}  // namespace inferwire::models
