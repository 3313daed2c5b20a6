// What a caller says of a batch as a whole. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "inferwire/v1/batches_service.pb.h"
#include "openai/param_path.h"
#include "store/job.h"

namespace inferwire::batch {

inline constexpr std::string_view kChatEndpoint = "/v1/chat/completions";

// Checks the header and puts it into the job, which has its time of creation. Not the upstream:
// that is the router's business.
Result<void> ReadHeader(const v1::BatchHeader& header, store::Job& job);

// Where the CreateBatchRequest of a job's item has the members of its body; null: the items are not
// typed (another endpoint, or a file), and errors name what the upstream names.
const openai::RequestFields* ItemFields(const store::Job& job);

}  // namespace inferwire::batch
