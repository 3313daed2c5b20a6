// POST /v1/fine_tuning/jobs, read and checked.
#pragma once

#include "simulator/backend.h"
#include "simulator/fine_tune_job.h"

namespace inferwire::simulator {

// Everything that the request says about the job.
std::optional<ApiError> ReadFineTune(const Json& body, Backend& backend, FineTuneJob& job);

}  // namespace inferwire::simulator
