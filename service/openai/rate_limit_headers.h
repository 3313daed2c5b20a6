// What an upstream's headers say about its limits, and their request ids. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/rate_limit.h"
#include "http/headers.h"

namespace inferwire::openai {

// In every form in use: {x-,x-rate-limit,}ratelimit-{limit,remaining,reset}[-METRIC],
// anthropic-ratelimit-METRIC-{limit,remaining,reset}, and the RateLimit header of the IETF's
// drafts. At most 8.
std::vector<gateway::RateLimit> RateLimits(const http::Headers& headers, WallTime now);

// The id in the header of this name, else x-request-id or any provider's equivalent; empty if there
// is none. Printable ASCII, at most 128.
std::string RequestId(const http::Headers& headers, std::string_view first = {});

}  // namespace inferwire::openai
