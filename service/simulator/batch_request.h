// POST /v1/batches, read and checked as the real API checks it.
#pragma once

#include <optional>

#include "simulator/batch.h"
#include "simulator/errors.h"
#include "simulator/json.h"

namespace inferwire::simulator {

std::optional<ApiError> ReadBatch(const Json& request, Batch& batch);

}  // namespace inferwire::simulator
