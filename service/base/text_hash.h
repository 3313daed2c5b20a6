// For hash tables by texts that are looked up by views.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace inferwire {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace inferwire
