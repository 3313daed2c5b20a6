// An item of CreateBatch on its way into the store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "batch/options.h"
#include "batch/splitter.h"
#include "endpoints/batches/batch_targets.h"
#include "gateway/operation.h"
#include "gateway/ownership.h"
#include "inferwire/v1/batches_service.pb.h"
#include "store/job.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

struct RoutedItem {
  std::string upstream, model;
  std::string route;                      // the name that was asked for, if it is a route's
  int64_t line_bytes = 0;                 // in the upstream's input file
  store::NewItem item;                    // its shard is not known yet
  std::vector<gateway::OwnedThing> uses;  // what it names that has an owner
};

// Checks and translates an item whose custom_id is good, and routes it with those before it. Errors
// name fields of the CreateBatchRequest. Takes the message's texts.
Result<RoutedItem> ReadItem(v1::BatchItem& message, const std::string& endpoint,
                            const batch::Options& options, const upstream::Runtime& runtime,
                            const gateway::CallContext& context, BatchTargets& targets);

// Counts their tokens, which takes a while, and gives each its shard. first: the index of the first
// of them in the batch.
Result<std::vector<store::NewItem>> Split(std::vector<RoutedItem>& items, int64_t first,
                                          const batch::Options& options, batch::Splitter& splitter);

// Puts the fields of an error below a parent.
Error Under(std::string_view parent, Error error);

}  // namespace inferwire::endpoints
