// A model as callers see it.
#pragma once

#include "endpoints/models/known_models.h"
#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

// With how long it is there, where calls for it go.
v1::Model ToMessage(const KnownModel& model, const upstream::Router& router);

}  // namespace inferwire::endpoints
