// The answer of CompareModels. Pure.
#pragma once

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "inferwire/v1/models_service.pb.h"
#include "openai/routes.h"

namespace inferwire::models {

inline constexpr int kMinCompared = 2, kMaxCompared = 10;

Result<v1::CompareModelsResponse> CompareModels(const v1::CompareModelsRequest& request,
                                                const openai::Routes& routes);

// What a month of this load costs. facts: null if the model is not catalogued. The workload has
// been checked.
v1::WorkloadCost PriceWorkload(const catalogue::Model* facts, const v1::Workload& workload);

}  // namespace inferwire::models
