// The header that servers of assistants want: they know two versions, and the older one by default.
#pragma once

#include <string_view>

namespace inferwire::openai {

inline constexpr std::string_view kAssistantsVersion = "OpenAI-Beta: assistants=v2";

// path: below the base URL, e.g. /threads/thread_1/runs.
constexpr bool IsOfAssistants(std::string_view path) {
  for (const std::string_view front : {"/assistants", "/threads"}) {
    if (path.starts_with(front) && (path.size() == front.size() || path[front.size()] == '/')) {
      return true;
    }
  }
  return false;
}

}  // namespace inferwire::openai
