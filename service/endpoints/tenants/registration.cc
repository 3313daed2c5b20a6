#include "endpoints/tenants/registration.h"

#include "endpoints/directory/query.h"
#include "endpoints/tenants/tenant_calls.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> TenantsEndpoints(const DirectoryBackend& backend) {
  const auto described = [](std::string_view method, rpc::BeginSingle begin) {
    rpc::EndpointSpec spec;
    spec.service = "inferwire.v1.TenantsService";
    spec.method = method;
    spec.kind = rpc::Kind::kUnary;
    spec.operation = "admin";
    spec.begin = std::move(begin);
    return spec;
  };
  rpc::EndpointSpec events =
      described("ListAuditEvents", BeginInDirectory(backend, NewListAuditEvents));
  events.kind = rpc::Kind::kServerStream;
  events.waits_for_news = true;
  return {described("ListTenants", BeginInDirectory(backend, NewListTenants)),
          described("GetTenant", BeginInDirectory(backend, NewGetTenant)),
          described("PutTenant", BeginInDirectory(backend, NewPutTenant)),
          described("DisableTenant", BeginInDirectory(backend, NewDisableTenant)),
          described("BoostLimit", BeginInDirectory(backend, NewBoostLimit)),
          described("ResolveDoubt", BeginInDirectory(backend, NewResolveDoubt)),
          described("VerifyAuditTrail", BeginInDirectory(backend, NewVerifyAuditTrail)),
          std::move(events)};
}

}  // namespace inferwire::endpoints
