// The parts of an Error beyond reason and message: metadata, violations, limits. All bounded, so
// that together they stay below the 4 KiB that gRPC's trailers carry safely.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "http/headers.h"
#include "openai/error.h"
#include "openai/error_body.h"

namespace inferwire::openai {

inline constexpr size_t kMaxDetailBytes = 200;     // one metadata value
inline constexpr size_t kMaxViolationBytes = 110;  // a violation's description
inline constexpr size_t kMaxErrorViolations = 8;

// upstream, model, attempts, phase, upstream_request_id.
std::map<std::string, std::string> AttemptMetadata(const Attempt& attempt);

// Fills in, by the error's reason, what the upstream's error and the headers know.
void AddDetails(const UpstreamError& upstream_error, const http::Headers& headers, WallTime now,
                const Attempt& attempt, Error& error);

}  // namespace inferwire::openai
