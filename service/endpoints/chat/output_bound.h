// How many tokens the answers of a chat request may have together, by what it says itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "inferwire/v1/chat.pb.h"

namespace inferwire::endpoints {

// Unset: it says nothing.
inline std::optional<int64_t> OutputBound(const v1::ChatCompletionParams& params) {
  if (!params.has_max_completion_tokens() && !params.has_max_tokens()) return std::nullopt;
  const int64_t each = std::max<int64_t>(params.max_completion_tokens(), params.max_tokens());
  return each * std::max<int64_t>(params.n(), 1);
}

}  // namespace inferwire::endpoints
