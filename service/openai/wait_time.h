// Times as providers write them: "1m26.4s", "20ms", "7 seconds", HTTP dates. Pure and total.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace llmgate::openai {

// Nothing longer is believed, so that no sum of times overflows.
inline constexpr Duration kLongestWait = std::chrono::hours(24 * 366);

// A number with an optional fraction and nothing else, not negative.
std::optional<double> ParseNumber(std::string_view text);

// Seconds as a Duration, between zero and kLongestWait.
Duration Seconds(double seconds);

// Go's form (83h10m39.057s, 449.999999ms), the whole text.
std::optional<Duration> ParseGoDuration(std::string_view text);

// "try again in 4.92s", "retry after 7 seconds", "Please retry in 6m0s" somewhere in a sentence.
std::optional<Duration> FindWait(std::string_view sentence);

// Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110's preferred form, which all known servers send).
std::optional<WallTime> ParseHttpDate(std::string_view text);

}  // namespace llmgate::openai
