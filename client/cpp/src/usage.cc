// What was used and what is left.
#include "client_state.h"

namespace inferwire::client {

Result<v1::GetLimitsResponse> Client::GetLimits(const v1::GetLimitsRequest& request,
                                                const CallOptions& options) {
  return Read<v1::GetLimitsResponse>(state_->defaults, options, [&](auto* context, auto* response) {
    return state_->usage.GetLimits(context, request, response);
  });
}

Result<v1::QueryUsageResponse> Client::QueryUsage(const v1::QueryUsageRequest& request,
                                                  const CallOptions& options) {
  return Read<v1::QueryUsageResponse>(state_->defaults, options,
                                      [&](auto* context, auto* response) {
                                        return state_->usage.QueryUsage(context, request, response);
                                      });
}

Result<void> Client::ExportUsage(const v1::ExportUsageRequest& request,
                                 const std::function<bool(v1::ExportUsageResponse&)>& take,
                                 const CallOptions& options) {
  Call call(state_->defaults, options);
  const auto reader = state_->usage.ExportUsage(&call.context(), request);
  v1::ExportUsageResponse response;
  while (reader->Read(&response)) {
    if (take(response)) continue;
    call.Cancel();
    while (reader->Read(&response)) {
    }
    (void)reader->Finish();
    return {};
  }
  if (const grpc::Status status = reader->Finish(); !status.ok()) return FromGrpcStatus(status);
  return {};
}

}  // namespace inferwire::client
