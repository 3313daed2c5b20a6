// What the parts of a prompt cost, and which images the models take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/errors.h"

namespace inferwire::simulator {

inline constexpr int64_t kTokensPerMessage = 3;  // role and separators
inline constexpr int64_t kTokensOfPriming = 3;
inline constexpr int64_t kTokensOfFile = 200;

int64_t ImageTokens(std::string_view detail);
// param: where the URL stands in the request.
std::optional<ApiError> ImageUrlFault(std::string_view url, const std::string& param);

}  // namespace inferwire::simulator
