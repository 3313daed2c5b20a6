// The port of a gateway's administrators: API keys, tenants, and the trail of what was changed.
//
//   auto admin = inferwire::client::AdminClient::Connect({.target = "https://gateway:50052"});
//   auto made = admin->CreateKey(request);
//   if (made) Keep(made->secret());
#pragma once

#include <functional>
#include <memory>

#include "inferwire/client/options.h"
#include "inferwire/client/result.h"
#include "inferwire/v1/keys_service.pb.h"
#include "inferwire/v1/tenants_service.pb.h"

namespace inferwire::client {

// As Client: thread-safe, to be shared and kept; copies have the same connection. What changes
// something is sent once, whatever happens: read it again before repeating it.
class AdminClient {
 public:
  // Checks the options; the network is touched by the first call.
  static Result<AdminClient> Connect(const ClientOptions& options);
  AdminClient(const AdminClient&) noexcept;
  AdminClient& operator=(const AdminClient&) noexcept;
  ~AdminClient();

  // The secret is in this answer and nowhere else. With a request_id it may be sent again: there
  // will be one key, and the later answers are without the secret.
  Result<v1::CreateKeyResponse> CreateKey(const v1::CreateKeyRequest& request,
                                          const CallOptions& options = {});
  Result<v1::RotateKeyResponse> RotateKey(const v1::RotateKeyRequest& request,
                                          const CallOptions& options = {});
  Result<v1::RevokeKeyResponse> RevokeKey(const v1::RevokeKeyRequest& request,
                                          const CallOptions& options = {});
  Result<v1::UpdateKeyResponse> UpdateKey(const v1::UpdateKeyRequest& request,
                                          const CallOptions& options = {});
  Result<v1::GetKeyResponse> GetKey(const v1::GetKeyRequest& request,
                                    const CallOptions& options = {});
  Result<v1::ListKeysResponse> ListKeys(const v1::ListKeysRequest& request = {},
                                        const CallOptions& options = {});

  Result<v1::ListTenantsResponse> ListTenants(const v1::ListTenantsRequest& request = {},
                                              const CallOptions& options = {});
  Result<v1::GetTenantResponse> GetTenant(const v1::GetTenantRequest& request,
                                          const CallOptions& options = {});
  Result<v1::PutTenantResponse> PutTenant(const v1::PutTenantRequest& request,
                                          const CallOptions& options = {});
  Result<v1::DisableTenantResponse> DisableTenant(const v1::DisableTenantRequest& request,
                                                  const CallOptions& options = {});
  Result<v1::BoostLimitResponse> BoostLimit(const v1::BoostLimitRequest& request,
                                            const CallOptions& options = {});
  Result<v1::ResolveDoubtResponse> ResolveDoubt(const v1::ResolveDoubtRequest& request,
                                                const CallOptions& options = {});
  // Each event as it comes, until take says false. Following ends with the call's deadline.
  Result<void> ListAuditEvents(const v1::ListAuditEventsRequest& request,
                               const std::function<bool(const v1::AuditEvent&)>& take,
                               const CallOptions& options = {});
  // Whether the trail is as it was written; for roles that see all tenants.
  Result<v1::VerifyAuditTrailResponse> VerifyAuditTrail(
      const v1::VerifyAuditTrailRequest& request = {}, const CallOptions& options = {});

 private:
  struct State;
  explicit AdminClient(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace inferwire::client
