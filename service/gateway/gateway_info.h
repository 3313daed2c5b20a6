// What the gateway did, as the caller is told.
#pragma once

#include <vector>

#include "gateway/operation.h"
#include "gateway/rate_limit.h"
#include "inferwire/v1/common.pb.h"

namespace inferwire::gateway {

// failed: the call has ended so.
void FillGatewayInfo(const CallStats& stats, const std::vector<RateLimit>& rate_limits,
                     v1::GatewayInfo& info, bool failed = false);

// Into the metadata of an error: what the failed call may cost all the same, if anything.
void AddMaybeBilled(const MaybeBilled& billed, Error& error);
// The same of several calls in one sum.
void AddMaybeBilled(const MaybeBilled& billed, MaybeBilled& sum);

// The route that the call went by, and what was tried if that is more than one attempt. Of a model
// that the upstream no longer has: when it ended, and what replaces it.
void AddRoute(const CallStats& stats, Error& error);

// Into the metadata of an error that cuts a call: how far it came, and what of its usage is known.
void AddProgress(const CallStats& stats, Error& error);

}  // namespace inferwire::gateway
