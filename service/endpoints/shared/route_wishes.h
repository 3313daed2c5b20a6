// What a caller asks of its call's route, held against what the route leaves to its callers.
#pragma once

#include "base/result.h"
#include "gateway/call_context.h"
#include "inferwire/v1/routing.pb.h"
#include "routing/failure.h"
#include "upstream/targets.h"

namespace inferwire::endpoints {

// ROUTE_OVERRIDE_NOT_ALLOWED.
Result<void> CheckAllowed(const upstream::Route& route, const v1::RoutePreferences& wish);
// Of a model without a route, which has one upstream only.
Result<void> CheckWishes(const upstream::Destination& destination,
                         const v1::RoutePreferences& wish);
// What a caller asks for never widens what the configuration allows.
routing::Resend Least(routing::Resend allowed, v1::Resend wish);
upstream::Preferences WishesOf(const v1::RoutePreferences& preferences);

// What the caller's library repeats by itself would be multiplied: such a call is repeated less.
int RetriesOf(int max_retries, const gateway::CallContext& context);

}  // namespace inferwire::endpoints
