// A model as callers see it.
#pragma once

#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

// With how long it is there, where calls for it go.
v1::Model ToMessage(const upstream::KnownModel& model, const upstream::Router& router);

}  // namespace inferwire::endpoints
