// What an image is in tokens, by its size and the detail asked for. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tokens/image_size.h"
#include "tokens/model_rules.h"

namespace inferwire::tokens {

struct ImageTokens {
  int64_t expected = 0;
  std::optional<int64_t> most;  // none: no bound is known
};

// size: none if it is not known; the image is then taken for one of 1,024 x 1,024 pixels, and the
// bound is the largest that the rule allows. detail: auto, low, high or original; empty is auto.
ImageTokens CountImage(const ImageRule& rule, std::string_view detail,
                       const std::optional<ImageSize>& size);

}  // namespace inferwire::tokens
