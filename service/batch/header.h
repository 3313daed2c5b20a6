// What a caller says of a batch as a whole. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "batch/typed_body.h"
#include "inferwire/v1/batches_service.pb.h"
#include "openai/param_path.h"
#include "store/job.h"

namespace inferwire::batch {

// Checks the header and puts it into the job, which has its time of creation. Not the upstream:
// that is the router's business. A header without an endpoint is of chat completions.
Result<void> ReadHeader(const v1::BatchHeader& header, store::Job& job);

// Where the CreateBatchRequest of a job's item has the members of its body; null: the items have no
// message (another endpoint, or a file), and errors name what the upstream names.
const openai::RequestFields* ItemFields(const store::Job& job);

}  // namespace inferwire::batch
