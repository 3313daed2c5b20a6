// What BatchesService does, as operations of a call: each asks the store on the executor's threads
// and hears the answer on its loop. Nothing here calls an upstream; that is the worker's
// (worker.h).
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "batch/options.h"
#include "batch/watchers.h"
#include "inferwire/v1/batches_service.pb.h"
#include "openai/operation.h"
#include "store/executor.h"

namespace inferwire::batch {

struct Service {
  store::Executor& executor;
  Watchers& watchers;
  // Of the configuration's current version; any thread.
  std::function<std::shared_ptr<const Options>()> options;
  // Tells the worker that a job was added or cancelled; any thread.
  std::function<void()> nudge;
  // The same of a deleted one.
  std::function<void()> sweep;
  // A batch that was being collected is given up, by its number in the store; any thread.
  std::function<void(int64_t)> drop;
};

using Begun = Result<std::unique_ptr<openai::Operation>>;

// Takes v1::CreateBatchRequest; its message is a v1::CreateBatchResponse.
Result<std::unique_ptr<openai::Intake>> NewCreateBatch(const Service& service,
                                                       const openai::Runtime& runtime,
                                                       const openai::CallContext& context,
                                                       openai::Intake::Sink& sink);
// The message of each is the RPC's response.
Begun NewGetBatch(const v1::GetBatchRequest& request, const Service& service,
                  const openai::Runtime& runtime, const openai::CallContext& context,
                  openai::Operation::Sink& sink);
Begun NewListBatches(const v1::ListBatchesRequest& request, const Service& service,
                     const openai::Runtime& runtime, const openai::CallContext& context,
                     openai::Operation::Sink& sink);
Begun NewCancelBatch(const v1::CancelBatchRequest& request, const Service& service,
                     const openai::Runtime& runtime, const openai::CallContext& context,
                     openai::Operation::Sink& sink);
Begun NewDeleteBatch(const v1::DeleteBatchRequest& request, const Service& service,
                     const openai::Runtime& runtime, const openai::CallContext& context,
                     openai::Operation::Sink& sink);
Begun NewWatchBatch(const v1::WatchBatchRequest& request, const Service& service,
                    const openai::Runtime& runtime, const openai::CallContext& context,
                    openai::Operation::Sink& sink);
Begun NewBatchResults(const v1::StreamBatchResultsRequest& request, const Service& service,
                      const openai::Runtime& runtime, const openai::CallContext& context,
                      openai::Operation::Sink& sink);

}  // namespace inferwire::batch
