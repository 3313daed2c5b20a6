// A model as callers see it.
#pragma once

#include "base/clock.h"
#include "endpoints/models/known_models.h"
#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

// now: the ends of models are counted from it.
v1::Model ToMessage(const KnownModel& model, WallTime now);

}  // namespace inferwire::endpoints
