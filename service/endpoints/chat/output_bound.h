// How long a chat request lets its answer get.
#pragma once

#include <algorithm>
#include <cstdint>

#include "inferwire/v1/chat.pb.h"
#include "limits/demand.h"

namespace inferwire::endpoints {

inline limits::OutputBound OutputBoundOf(const v1::ChatCompletionParams& params) {
  limits::OutputBound bound;
  bound.choices = std::max<int64_t>(params.n(), 1);
  if (params.has_max_completion_tokens() || params.has_max_tokens()) {
    const int64_t each = std::max<int64_t>(params.max_completion_tokens(), params.max_tokens());
    bound.tokens = each * bound.choices;
  }
  return bound;
}

}  // namespace inferwire::endpoints
