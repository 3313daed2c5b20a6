// What the calls on files have in common: where they go, and what their fields must be.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "endpoints/shared/answer_body.h"
#include "gateway/operation.h"
#include "inferwire/v1/files_service.pb.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

// The label of inferwire_* metrics.
inline constexpr std::string_view kFiles = "files";

// A request below the named upstream (empty: the default one), with everything but its path.
// fields: of the caller's request, a constant of request_fields.h.
Result<upstream::UpstreamCall::Request> ToUpstream(std::string_view method,
                                                   std::string_view upstream,
                                                   const openai::RequestFields& fields,
                                                   const upstream::Runtime& runtime,
                                                   const gateway::CallContext& context);

// /files/ID, and below it. Every id that a caller names comes through here.
Result<std::string> FilePath(std::string_view file_id, std::string_view below = {});

// An error says why the answer is none.
Result<void> ReadFile(const AnswerBody& body, v1::File& file);

}  // namespace inferwire::endpoints
