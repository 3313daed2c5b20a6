// An estimate of a text's tokens from its length and shape, for where nothing counts exactly.
// Calibrated on o200k_base; README.md has its error. Pure and linear.
#pragma once

#include <cstdint>
#include <string_view>

namespace inferwire::tokens {

int64_t RoughCount(std::string_view text);

}  // namespace inferwire::tokens
