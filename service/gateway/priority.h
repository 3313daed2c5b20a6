// How soon a call is refused when there is not room for all. A caller says it in the metadata
// `inferwire-priority`, which is known before the message is read; who says nothing is interactive.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace inferwire::gateway {

enum class Priority {
  kInteractive,  // somebody waits for it
  kBatch,        // a job that many wait for
  kBackground,   // the first to go
};

inline constexpr size_t kPriorities = 3;
inline constexpr std::string_view kPriorityMetadata = "inferwire-priority";

constexpr std::string_view Name(Priority priority) {
  switch (priority) {
    case Priority::kInteractive:
      return "interactive";
    case Priority::kBatch:
      return "batch";
    case Priority::kBackground:
      break;
  }
  return "background";
}

// Unset: there is no such priority.
constexpr std::optional<Priority> ParsePriority(std::string_view name) {
  for (const auto priority : {Priority::kInteractive, Priority::kBatch, Priority::kBackground}) {
    if (name == Name(priority)) return priority;
  }
  return std::nullopt;
}

// What a call of this priority weighs where calls take turns for what is scarce.
constexpr int64_t ShareOf(Priority priority) {
  switch (priority) {
    case Priority::kInteractive:
      return 16;
    case Priority::kBatch:
      return 4;
    case Priority::kBackground:
      break;
  }
  return 1;
}

// How much of what all share may be in use for a call of this priority to be let in: the rest is
// kept for those who cannot wait. Where nothing is in use everybody is let in.
constexpr int64_t PartOf(int64_t bound, Priority priority) {
  switch (priority) {
    case Priority::kInteractive:
      return bound;
    case Priority::kBatch:
      return std::max(bound * 3 / 4, std::min<int64_t>(bound, 1));
    case Priority::kBackground:
      break;
  }
  return std::max(bound / 2, std::min<int64_t>(bound, 1));
}

}  // namespace inferwire::gateway
