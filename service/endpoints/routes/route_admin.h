// What RouteAdminService does to the states of places, which outlive the configuration.
// PERMISSION_DENIED, PATH_NOT_ALLOWED unless the configuration allows it.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "inferwire/v1/routes_service.pb.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

Result<v1::DrainResponse> Drain(const v1::DrainRequest& request, const upstream::Router& router,
                                SteadyTime now);
Result<v1::UndrainResponse> Undrain(const v1::UndrainRequest& request,
                                    const upstream::Router& router, SteadyTime now);
Result<v1::ResetResponse> Reset(const v1::ResetRequest& request, const upstream::Router& router,
                                SteadyTime now);

}  // namespace inferwire::endpoints
