// What BatchesService does, as operations of a call: each asks the store on the executor's threads
// and hears the answer on its loop. Nothing here calls an upstream; that is the worker's
// (worker.h).
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "batch/options.h"
#include "endpoints/batches/watchers.h"
#include "gateway/operation.h"
#include "inferwire/v1/batches_service.pb.h"
#include "store/executor.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

struct BatchBackend {
  store::Executor& executor;
  Watchers& watchers;
  // Of the configuration's current version; any thread.
  std::function<std::shared_ptr<const batch::Options>()> options;
  // Tells the worker that a job was added or cancelled; any thread.
  std::function<void()> nudge;
  // The same of a deleted one.
  std::function<void()> sweep;
  // A batch that was being collected is given up, by its number in the store; any thread.
  std::function<void(int64_t)> drop;
};

using Begun = Result<std::unique_ptr<gateway::Operation>>;

// Takes v1::CreateBatchRequest; its message is a v1::CreateBatchResponse.
Result<std::unique_ptr<gateway::ClientStream>> NewCreateBatch(
    const BatchBackend& service, const upstream::Runtime& runtime,
    const gateway::CallContext& context, gateway::ClientStream::Observer& observer);
// The message of each is the RPC's response.
Begun NewGetBatch(const v1::GetBatchRequest& request, const BatchBackend& service,
                  const upstream::Runtime& runtime, const gateway::CallContext& context,
                  gateway::Operation::Observer& observer);
Begun NewListBatches(const v1::ListBatchesRequest& request, const BatchBackend& service,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer);
Begun NewCancelBatch(const v1::CancelBatchRequest& request, const BatchBackend& service,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer);
Begun NewDeleteBatch(const v1::DeleteBatchRequest& request, const BatchBackend& service,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer);
Begun NewWatchBatch(const v1::WatchBatchRequest& request, const BatchBackend& service,
                    const upstream::Runtime& runtime, const gateway::CallContext& context,
                    gateway::Operation::Observer& observer);
Begun NewBatchResults(const v1::StreamBatchResultsRequest& request, const BatchBackend& service,
                      const upstream::Runtime& runtime, const gateway::CallContext& context,
                      gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
