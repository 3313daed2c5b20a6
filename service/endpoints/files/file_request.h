// What the calls on files have in common: where they go, and what their fields must be.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/files_service.pb.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

// A request below the named upstream (empty: the default one), with everything but its path.
// fields: of the caller's request, a constant of request_fields.h.
Result<upstream::UpstreamCall::Request> ToUpstream(std::string_view method,
                                                   std::string_view upstream,
                                                   const openai::RequestFields& fields,
                                                   const upstream::Runtime& runtime,
                                                   const gateway::CallContext& context);

// /files/ID, and below it. Every id that a caller names comes through here.
Result<std::string> FilePath(std::string_view file_id, std::string_view below = {});

// The answer's JSON as a file. UPSTREAM_PROTOCOL if it is none.
Result<void> ReadFile(std::string_view json, const upstream::Runtime& runtime,
                      const openai::Attempt& attempt, v1::File& file);

}  // namespace inferwire::endpoints
