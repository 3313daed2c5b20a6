// What a stream of recorded chunks adds up to, by a merge of the judge's own.
#pragma once

#include <vector>

#include "wire/json_tree.h"

namespace inferwire::wire {

// A chat.completion of the typed members: id, model, created, service_tier, system_fingerprint,
// usage, choices with message (role, content unless it comes in parts, refusal, reasoning_content,
// tool_calls), logprobs and finish_reason.
JsonTree MergeChunks(const std::vector<JsonTree>& chunks);

// The same members of a completion, and nothing else of it.
JsonTree TypedMembers(const JsonTree& completion);

}  // namespace inferwire::wire
