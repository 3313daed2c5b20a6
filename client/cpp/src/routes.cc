// Routes, and what operators do to them.
#include "client_state.h"

namespace inferwire::client {

Result<v1::ListRoutesResponse> Client::ListRoutes(const v1::ListRoutesRequest& request,
                                                  const CallOptions& options) {
  return Read<v1::ListRoutesResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->routes.ListRoutes(context, request, response);
      });
}

Result<v1::ExplainRouteResponse> Client::ExplainRoute(const v1::ExplainRouteRequest& request,
                                                      const CallOptions& options) {
  return Read<v1::ExplainRouteResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->routes.ExplainRoute(context, request, response);
      });
}

Result<v1::DrainResponse> Client::Drain(const v1::DrainRequest& request,
                                        const CallOptions& options) {
  return Read<v1::DrainResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->route_admin.Drain(context, request, response);
  });
}

Result<v1::UndrainResponse> Client::Undrain(const v1::UndrainRequest& request,
                                            const CallOptions& options) {
  return Read<v1::UndrainResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->route_admin.Undrain(context, request, response);
  });
}

Result<v1::ResetResponse> Client::Reset(const v1::ResetRequest& request,
                                        const CallOptions& options) {
  return Read<v1::ResetResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->route_admin.Reset(context, request, response);
  });
}

}  // namespace inferwire::client
