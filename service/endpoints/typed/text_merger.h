// Puts the pieces of a streamed text completion together: what an answer in one piece would have
// been. Bounded; not thread-safe.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire::endpoints {

class TextMerger {
 public:
  // keeps: the texts too, not only which choices there are. most: bytes of them.
  TextMerger(bool keeps, size_t most) : keeps_(keeps), most_(most) {}

  // RESPONSE_TOO_LARGE if it is more than may be kept.
  Result<void> Add(const v1::TextCompletion& piece);

  // Choices that were seen, and whether each of them has its finish reason; there is one at least.
  size_t choices() const { return static_cast<size_t>(merged_.choices_size()); }
  bool finished() const;
  v1::TextCompletion Take() { return std::move(merged_); }

 private:
  const bool keeps_;
  const size_t most_;
  size_t bytes_ = 0;
  v1::TextCompletion merged_;
};

}  // namespace inferwire::endpoints
