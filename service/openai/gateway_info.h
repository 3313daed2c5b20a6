// What the gateway did, as the caller is told.
#pragma once

#include <vector>

#include "inferwire/v1/common.pb.h"
#include "openai/operation.h"
#include "openai/rate_limit_headers.h"

namespace inferwire::openai {

void FillGatewayInfo(const Report& report, const std::vector<RateLimit>& rate_limits,
                     v1::GatewayInfo& info);

// Into the metadata of an error: what the failed call may cost all the same, if anything.
void AddMaybeBilled(const MaybeBilled& billed, Error& error);
// The same of several calls in one sum.
void AddMaybeBilled(const MaybeBilled& billed, MaybeBilled& sum);

// Into the metadata of an error that cuts a call: how far it came, and what of its usage is known.
void AddProgress(const Report& report, Error& error);

}  // namespace inferwire::openai
