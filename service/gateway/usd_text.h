// Money as an exact decimal, for people and programs that must not round.
#pragma once

#include <cstdint>
#include <string>

namespace inferwire::gateway {

// 0.25, 1234.000000000001: as many digits as it needs.
std::string UsdText(int64_t picousd);
// The same of micro-USD x 10^6 + pico-USD, neither of them negative.
std::string UsdText(int64_t microusd, int64_t picousd);

}  // namespace inferwire::gateway
