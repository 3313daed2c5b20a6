#include "simulator/prompt.h"

#include <algorithm>

namespace inferwire::simulator {
namespace {

constexpr int64_t kTokensOfImage = 765, kTokensOfLowDetail = 85;

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

}  // namespace

int64_t ImageTokens(std::string_view detail) {
  return detail == "low" ? kTokensOfLowDetail : kTokensOfImage;
}

std::optional<ApiError> ImageUrlFault(std::string_view url, const std::string& param) {
  if (StartsWithAny(url, {"data:"}) && !StartsWithAny(url, {"data:image/png", "data:image/jpeg",
                                                            "data:image/gif", "data:image/webp"})) {
    return BadRequest(
        "You uploaded an unsupported image. Please make sure your image has of one the following "
        "formats: ['png', 'jpeg', 'gif', 'webp'].",
        {}, "invalid_image_format");
  }
  if (StartsWithAny(url, {"http://", "https://", "data:"})) return std::nullopt;
  return BadRequest("Invalid '" + param +
                        "'. Expected a valid URL, but got a value with an invalid "
                        "format.",
                    param, "invalid_value");
}

}  // namespace inferwire::simulator
