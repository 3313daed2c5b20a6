// The RPCs of UsageService as operations.
#pragma once

#include <memory>

#include "base/result.h"
#include "endpoints/usage/usage_backend.h"
#include "gateway/operation.h"
#include "inferwire/v1/usage_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

using Begun = Result<std::unique_ptr<gateway::Operation>>;

Begun NewGetLimits(const v1::GetLimitsRequest& request, const upstream::Runtime& runtime,
                   const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewQueryUsage(const v1::QueryUsageRequest& request, const UsageBackend& backend,
                    const upstream::Runtime& runtime, const gateway::CallContext& context,
                    gateway::Operation::Observer& observer);
Begun NewExportUsage(const v1::ExportUsageRequest& request, const UsageBackend& backend,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
