#include "inferwire/client/admin.h"

#include <grpcpp/channel.h>

#include <utility>

#include "client_state.h"
#include "inferwire/v1/keys_service.grpc.pb.h"
#include "inferwire/v1/tenants_service.grpc.pb.h"

namespace inferwire::client {

struct AdminClient::State {
  State(const ClientOptions& options, Channels channels)
      : defaults(DefaultsOf(options)),
        channel(std::move(channels.calls)),
        keys(channel),
        tenants(channel) {}

  const CallDefaults defaults;
  const std::shared_ptr<grpc::Channel> channel;
  v1::KeysService::Stub keys;
  v1::TenantsService::Stub tenants;
};

AdminClient::AdminClient(std::shared_ptr<State> state) : state_(std::move(state)) {}
AdminClient::AdminClient(const AdminClient&) noexcept = default;
AdminClient& AdminClient::operator=(const AdminClient&) noexcept = default;
AdminClient::~AdminClient() = default;

Result<AdminClient> AdminClient::Connect(const ClientOptions& given) {
  const ClientOptions options = WithEnvironment(given);
  auto channels = OpenChannels(options);
  if (!channels) return channels.error();
  return AdminClient(std::make_shared<State>(options, *std::move(channels)));
}

Result<v1::CreateKeyResponse> AdminClient::CreateKey(const v1::CreateKeyRequest& request,
                                                     const CallOptions& options) {
  return Read<v1::CreateKeyResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->keys.CreateKey(context, request, response);
  });
}

Result<v1::RotateKeyResponse> AdminClient::RotateKey(const v1::RotateKeyRequest& request,
                                                     const CallOptions& options) {
  return Read<v1::RotateKeyResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->keys.RotateKey(context, request, response);
  });
}

Result<v1::RevokeKeyResponse> AdminClient::RevokeKey(const v1::RevokeKeyRequest& request,
                                                     const CallOptions& options) {
  return Read<v1::RevokeKeyResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->keys.RevokeKey(context, request, response);
  });
}

Result<v1::UpdateKeyResponse> AdminClient::UpdateKey(const v1::UpdateKeyRequest& request,
                                                     const CallOptions& options) {
  return Read<v1::UpdateKeyResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->keys.UpdateKey(context, request, response);
  });
}

Result<v1::GetKeyResponse> AdminClient::GetKey(const v1::GetKeyRequest& request,
                                               const CallOptions& options) {
  return Read<v1::GetKeyResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->keys.GetKey(context, request, response);
  });
}

Result<v1::ListKeysResponse> AdminClient::ListKeys(const v1::ListKeysRequest& request,
                                                   const CallOptions& options) {
  return Read<v1::ListKeysResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->keys.ListKeys(context, request, response);
  });
}

Result<v1::ListTenantsResponse> AdminClient::ListTenants(const v1::ListTenantsRequest& request,
                                                         const CallOptions& options) {
  return Read<v1::ListTenantsResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->tenants.ListTenants(context, request, response);
      });
}

Result<v1::GetTenantResponse> AdminClient::GetTenant(const v1::GetTenantRequest& request,
                                                     const CallOptions& options) {
  return Read<v1::GetTenantResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->tenants.GetTenant(context, request, response);
  });
}

Result<v1::PutTenantResponse> AdminClient::PutTenant(const v1::PutTenantRequest& request,
                                                     const CallOptions& options) {
  return Read<v1::PutTenantResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->tenants.PutTenant(context, request, response);
  });
}

Result<v1::DisableTenantResponse> AdminClient::DisableTenant(
    const v1::DisableTenantRequest& request, const CallOptions& options) {
  return Read<v1::DisableTenantResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->tenants.DisableTenant(context, request, response);
      });
}

Result<v1::BoostLimitResponse> AdminClient::BoostLimit(const v1::BoostLimitRequest& request,
                                                       const CallOptions& options) {
  return Read<v1::BoostLimitResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->tenants.BoostLimit(context, request, response);
      });
}

Result<v1::ResolveDoubtResponse> AdminClient::ResolveDoubt(const v1::ResolveDoubtRequest& request,
                                                           const CallOptions& options) {
  return Read<v1::ResolveDoubtResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->tenants.ResolveDoubt(context, request, response);
      });
}

Result<v1::VerifyAuditTrailResponse> AdminClient::VerifyAuditTrail(
    const v1::VerifyAuditTrailRequest& request, const CallOptions& options) {
  return Read<v1::VerifyAuditTrailResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->tenants.VerifyAuditTrail(context, request, response);
      });
}

Result<void> AdminClient::ListAuditEvents(const v1::ListAuditEventsRequest& request,
                                          const std::function<bool(const v1::AuditEvent&)>& take,
                                          const CallOptions& options) {
  Call call(state_->defaults, options);
  const auto reader = state_->tenants.ListAuditEvents(&call.context(), request);
  bool wanted = true;
  v1::ListAuditEventsResponse message;
  while (wanted && reader->Read(&message)) {
    for (const v1::AuditEvent& event : message.events()) wanted = wanted && take(event);
  }
  if (!wanted) call.Cancel();
  const grpc::Status status = reader->Finish();
  return wanted ? ToResult(status) : Result<void>();
}

}  // namespace inferwire::client
