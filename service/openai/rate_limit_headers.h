// What an upstream's headers say about its limits and about waiting. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/headers.h"

namespace llmgate::openai {

struct RateLimit {
  std::string metric;  // requests, tokens, project-tokens, ...
  std::optional<int64_t> limit, remaining;
  std::optional<Duration> reset_after;
};

// x-ratelimit-{limit,remaining,reset}-METRIC in every format seen on the wire. At most 8.
std::vector<RateLimit> RateLimits(const http::Headers& headers, WallTime now);

// retry-after-ms, else retry-after (seconds or a date), else for 429 the "try again in 4.92s" of
// the error's message. Never negative, at most an hour.
std::optional<std::chrono::milliseconds> RetryAfter(int status, const http::Headers& headers,
                                                    std::string_view message, WallTime now);

// The id in the header of this name, else x-request-id or any provider's equivalent; empty if there
// is none. Printable ASCII, at most 128.
std::string RequestId(const http::Headers& headers, std::string_view first = {});

}  // namespace llmgate::openai
