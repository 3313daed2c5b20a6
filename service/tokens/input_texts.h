// What of a request becomes input tokens: its texts, which somebody has to count, and what is added
// to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferwire::tokens {

struct InputTexts {
  std::vector<std::string> texts;
  // Of the frame around messages, and tokens that came as numbers.
  int64_t frame_tokens = 0;
  // Of what has no text to count.
  int64_t assumed_tokens = 0;
  // So many more than counted and assumed it may be at most; nothing: there is no bound.
  std::optional<int64_t> margin_tokens = 0;
  // One sentence for each kind of thing that is not counted exactly; empty: all of it is.
  std::vector<std::string> notes;
};

}  // namespace inferwire::tokens
