// What differs between OpenAI-compatible servers, as data: one row per dialect, named in an
// upstream's configuration.
#pragma once

#include <string_view>

namespace llmgate::openai {

struct Dialect {
  std::string_view name;
  // The members that a streamed chat request carries besides the caller's.
  std::string_view stream_members;
  // [DONE] after output without any finish reason is a cut stream, not an end.
  bool needs_finish_reason;
};

// Null if there is no such dialect. "openai" and "compatible" exist.
const Dialect* FindDialect(std::string_view name);

}  // namespace llmgate::openai
