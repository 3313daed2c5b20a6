// The answers of ListModels and GetModel. Pure: what is served and known in, a message out.
#pragma once

#include "base/result.h"
#include "inferwire/v1/models_service.pb.h"
#include "tenancy/access.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

inline constexpr int kDefaultPageSize = 50, kMaxPageSize = 500;

// access: of the caller, for whom there is nothing but what it may use; null: it may use all.
Result<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request,
                                          const upstream::Router& router,
                                          const tenancy::Access* access = nullptr);
Result<v1::GetModelResponse> GetModel(const v1::GetModelRequest& request,
                                      const upstream::Router& router,
                                      const tenancy::Access* access = nullptr);

}  // namespace inferwire::endpoints
