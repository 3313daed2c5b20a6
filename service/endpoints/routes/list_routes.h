// The answer of ListRoutes. Pure: the configuration and its states in, a message out.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "inferwire/v1/routes_service.pb.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

// NOT_FOUND, MODEL_NOT_FOUND if no route has the name.
Result<v1::ListRoutesResponse> ListRoutes(const v1::ListRoutesRequest& request,
                                          const upstream::Router& router, SteadyTime now);

}  // namespace inferwire::endpoints
