// What is kept of a batch -> what callers see of it. Pure.
#pragma once

#include <chrono>

#include "base/error.h"
#include "base/result.h"
#include "codec/json_gate.h"
#include "inferwire/v1/batches_service.pb.h"
#include "store/job.h"

namespace inferwire::endpoints {

// retention: how long after its end it stays.
v1::Batch ToProto(const store::Job& job, std::chrono::milliseconds retention,
                  bool with_shards = true);

// Fails if the store has something that no answer can be.
Result<void> ToProto(const store::StoredResult& stored, const std::string& endpoint,
                     const codec::JsonLimits& limits, v1::BatchResult& result);

Error NoSuchBatch();

}  // namespace inferwire::endpoints
