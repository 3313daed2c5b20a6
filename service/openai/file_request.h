// What the calls on files have in common: where they go, and what their fields must be.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "inferwire/v1/files_service.pb.h"
#include "openai/exchange.h"
#include "openai/operation.h"

namespace inferwire::openai {

// A request below the named upstream (empty: the default one), with everything but its path.
Result<Exchange::Request> ToUpstream(std::string_view method, std::string_view upstream,
                                     const Runtime& runtime, const CallContext& context);

// /files/ID, and below it. Every id that a caller names comes through here.
Result<std::string> FilePath(std::string_view file_id, std::string_view below = {});

// The answer's JSON as a file. UPSTREAM_PROTOCOL if it is none.
Result<void> ReadFile(std::string_view json, const Runtime& runtime, const Attempt& attempt,
                      v1::File& file);

}  // namespace inferwire::openai
