// What TenantsService does, as operations of a call. The message of each is the RPC's response.
#pragma once

#include "endpoints/directory/directory_backend.h"

namespace inferwire::endpoints {

Begun NewListTenants(const v1::ListTenantsRequest& request, const DirectoryBackend& backend,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer);
Begun NewGetTenant(const v1::GetTenantRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer);
Begun NewPutTenant(const v1::PutTenantRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer);
Begun NewDisableTenant(const v1::DisableTenantRequest& request, const DirectoryBackend& backend,
                       const upstream::Runtime& runtime, const gateway::CallContext& context,
                       gateway::Operation::Observer& observer);
Begun NewBoostLimit(const v1::BoostLimitRequest& request, const DirectoryBackend& backend,
                    const upstream::Runtime& runtime, const gateway::CallContext& context,
                    gateway::Operation::Observer& observer);
Begun NewResolveDoubt(const v1::ResolveDoubtRequest& request, const DirectoryBackend& backend,
                      const upstream::Runtime& runtime, const gateway::CallContext& context,
                      gateway::Operation::Observer& observer);
Begun NewListAuditEvents(const v1::ListAuditEventsRequest& request, const DirectoryBackend& backend,
                         const upstream::Runtime& runtime, const gateway::CallContext& context,
                         gateway::Operation::Observer& observer);
Begun NewVerifyAuditTrail(const v1::VerifyAuditTrailRequest& request,
                          const DirectoryBackend& backend, const upstream::Runtime& runtime,
                          const gateway::CallContext& context,
                          gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
