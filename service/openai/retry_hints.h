// What an error's members say about waiting: google.rpc.RetryInfo, retry_after, the headers that a
// router passes on, and the like. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "http/headers.h"

namespace inferwire::openai {

// Adds them as the headers that would say the same, wherever in the object they stand: near the
// top, and not many.
void TakeRetryHints(const nlohmann::ordered_json& json, http::Headers& hints);

}  // namespace inferwire::openai
