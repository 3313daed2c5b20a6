// Batches: any number of requests, worked off within a day at the batch price.
//
//   auto created = client.CreateBatch({}, std::move(items));
//   auto done = client.WatchBatch(created->batch().batch_id());
//   auto results = client.BatchResults(created->batch().batch_id());
//   for (const v1::BatchResult& result : results) ...
//   if (auto status = results.status(); !status) ...
//
// A batch takes longer than any connection lasts: watching and reading results go on by themselves
// when a call ends or breaks, and miss and repeat nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "inferwire/client/result.h"
#include "inferwire/client/stream.h"
#include "inferwire/v1/batches_service.pb.h"

namespace inferwire::client {

// The next item of a batch; nothing: there are no more. An error ends the creation, and nothing of
// it is kept.
using BatchItems = std::function<Result<std::optional<v1::BatchItem>>()>;

// For what may take a day.
struct PatientOptions {
  // For all of it; unset: as long as it takes.
  std::optional<std::chrono::milliseconds> timeout = {};
  std::stop_token cancellation = {};
  // Calls that fail one after the other without bringing anything: then it gives up.
  int max_failures = 10;
  // The pause before it tries again, doubled each time, up to 30 s.
  std::chrono::milliseconds first_pause = std::chrono::milliseconds(500);
};

struct ResultsOptions {
  // BatchResult::next_offset of the last result that is here already.
  std::int64_t offset = 0;
  // Stays until the batch has ended; otherwise the loop ends with what there is now.
  bool follow = true;
  PatientOptions patience = {};
};

// A single-pass range of results, each exactly once.
using BatchResultStream = MessageStream<v1::BatchResult>;

// Nothing changes any more.
bool IsFinal(v1::Batch::State state);

}  // namespace inferwire::client
