// The amounts of money that providers write into their answers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inferwire::openai {

// A JSON number, or one in quotes, times 10^decimals, rounded half up; decimals is 12 for USD in
// pico-USD. Unset if it is negative, no number or too large.
std::optional<int64_t> ReadAmount(std::string_view json, int decimals);

}  // namespace inferwire::openai
