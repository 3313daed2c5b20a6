// How long an upstream wants to be left alone: the one reader of every hint about it. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "http/headers.h"
#include "openai/error_body.h"

namespace inferwire::openai {

// Nothing longer is passed on: a longer hint means this one.
inline constexpr std::chrono::milliseconds kMaxRetryAfter = std::chrono::hours(1);

// The first that says anything of: the headers retry-after-ms (and x-ms-retry-after-ms) and
// retry-after; the same as members of the error or of its details (UpstreamError::hints); for a
// limited call the reset of the limits that are used up, in headers or members. What cannot be read
// is as good as not there. The error's words ("try again in 4.92s") come before the resets, which
// are those of the whole limit. Only for statuses after which waiting means anything.
std::optional<std::chrono::milliseconds> RetryAfter(int status, const http::Headers& headers,
                                                    const UpstreamError& upstream_error,
                                                    WallTime now);

// The same of an answer's headers alone.
std::optional<std::chrono::milliseconds> RetryAfter(int status, const http::Headers& headers,
                                                    WallTime now);

// Whether headers or members ask for a wait, as opposed to words or a limit's reset: who does has
// not begun the work.
bool AsksToWait(const http::Headers& headers, const UpstreamError& upstream_error, WallTime now);

}  // namespace inferwire::openai
