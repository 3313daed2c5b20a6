// A model as callers see it.
#pragma once

#include "endpoints/models/known_models.h"
#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

v1::Model ToMessage(const KnownModel& model);

}  // namespace inferwire::endpoints
