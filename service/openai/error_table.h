// The table from what an upstream said to what the caller is told: by error code, else by type,
// else by status and message. Pure and total.
#pragma once

#include <string>

#include "base/error.h"
#include "openai/error_body.h"

namespace inferwire::openai {

struct Verdict {
  v1::ErrorReason reason = v1::ERROR_REASON_UPSTREAM_ERROR;
  // The upstream says that it did not process the request: it was limited, overloaded, not reached.
  bool refused = false;
};

// status is that of the HTTP answer, or 200 for an error within a good one.
Verdict Classify(int status, const UpstreamError& upstream_error, bool caller_supplied_key);

// The status that counts: that of the answer, unless it is a good one or one that stands for
// everything (400, 500, 502) and the body names another.
int EffectiveStatus(int status, const UpstreamError& upstream_error);

// What goes with a reason, always.
Code CodeOf(v1::ErrorReason reason);
Origin OriginOf(v1::ErrorReason reason);
// An error with them.
Error ErrorOf(v1::ErrorReason reason, std::string message);

}  // namespace inferwire::openai
