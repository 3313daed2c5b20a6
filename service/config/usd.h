// Amounts of money in a configuration: "300 USD", "0.25 USD". Kept in pico-USD, as costs are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferwire::config {

// Sums of a period are kept in 64 bits, which reach a little further.
inline constexpr int64_t kMaxUsd = 9'000'000;

// Digits, perhaps with at most 12 decimals, a space and USD. Unset: it is none, or more than
// kMaxUsd.
std::optional<int64_t> ParseUsd(std::string_view text);
// The text that means this amount, which is not negative.
std::string UsdText(int64_t picousd);

}  // namespace inferwire::config
