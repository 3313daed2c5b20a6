// The numbers in messages about limits: "maximum context length is 128000 tokens ... you requested
// 130000", "Limit 30000, Requested 40000". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inferwire::openai {

struct TokenCounts {
  std::optional<int64_t> limit, requested;
};

TokenCounts FindTokenCounts(std::string_view message);

// For a message that says that something did not fit: where its words do not tell which number is
// which, the larger of two is what was requested.
TokenCounts FindOverflow(std::string_view message);

}  // namespace inferwire::openai
