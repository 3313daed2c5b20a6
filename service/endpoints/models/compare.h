// The answer of CompareModels. Pure.
#pragma once

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "inferwire/v1/models_service.pb.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

inline constexpr int kMinCompared = 2, kMaxCompared = 10;

Result<v1::CompareModelsResponse> CompareModels(const v1::CompareModelsRequest& request,
                                                const upstream::KnownModels& known,
                                                const upstream::Router& router);

// What a month of this load costs. model_info: null if the model is not catalogued. The workload
// has been checked.
v1::WorkloadCost PriceWorkload(const catalogue::Model* model_info, const v1::Workload& workload);

}  // namespace inferwire::endpoints
