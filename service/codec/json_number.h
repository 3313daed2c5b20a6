// JSON number tokens as values, exactly or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inferwire::codec {

// The whole number that the token is, however it is written (12, 12.0, 1e3), if it is in range.
// Written with a point or an exponent it must be below 2^53, where doubles are exact.
std::optional<int64_t> ToInt64(std::string_view token);

// The nearest double, if it is neither infinite nor lost to underflow.
std::optional<double> ToDouble(std::string_view token);

// The same number, compared digit by digit. An exponent beyond 18 digits equals only its own text.
bool SameNumber(std::string_view a, std::string_view b);

}  // namespace inferwire::codec
