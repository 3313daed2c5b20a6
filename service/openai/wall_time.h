// Moments as servers write them: HTTP dates, ISO 8601, seconds since 1970. Pure and total.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace inferwire::openai {

// The three forms that RFC 9110 (5.6.7) wants read: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday,
// 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". A year of two digits is the nearest one
// that is not more than 50 years after now. GMT, UTC or +0000, in any case of letters.
std::optional<WallTime> ParseHttpDate(std::string_view text, WallTime now);

// 2025-10-07T00:00:20Z, with a fraction or an offset if need be (RFC 3339); without either, UTC.
std::optional<WallTime> ParseIsoTime(std::string_view text);

}  // namespace inferwire::openai
