// Times to wait as providers write them: "1m26.4s", "20ms", "7 seconds". Pure and total.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace inferwire::openai {

// Nothing longer is believed, so that no sum of times overflows.
inline constexpr Duration kLongestWait = std::chrono::hours(24 * 366);

// A number with an optional fraction and nothing else, not negative.
std::optional<double> ParseNumber(std::string_view text);

// Seconds as a Duration, between zero and kLongestWait.
Duration Seconds(double seconds);

// "1m26.4s", "449.999999ms", "1m 30s", "30 seconds", "PT1M30S": the whole text.
std::optional<Duration> ParseTimeSpan(std::string_view text);

// The time to wait that a header or a member of an error gives: seconds, a time span as above, or a
// moment (an HTTP date, ISO 8601, or a number that can only be one: seconds, milliseconds or less
// since 1970). A moment that has passed is no wait.
std::optional<Duration> ParseWait(std::string_view text, WallTime now);

// "try again in 4.92s", "retry after 7 seconds", "Please retry in 6m0s", "resets in about 2 hours"
// somewhere in a sentence.
std::optional<Duration> FindWait(std::string_view sentence);

}  // namespace inferwire::openai
