// A JSON answer while it arrives.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "codec/decode.h"
#include "openai/large_body.h"

namespace inferwire::openai {

class JsonBody {
 public:
  void Clear() {
    text_.clear();
    next_look_ = kLargeBody;
  }

  // Fails as soon as no rest can make it good, or it is larger than `most`: what cannot become an
  // answer is not waited for, nor kept.
  Result<void> Append(std::string_view bytes, size_t most, const codec::JsonLimits& limits) {
    if (bytes.size() > most - std::min(most, text_.size())) {
      Error error;
      error.code = Code::kInternal;
      error.reason = v1::ERROR_REASON_RESPONSE_TOO_LARGE;
      error.origin = Origin::kUpstream;
      error.message = "the answer is larger than allowed";
      return error;
    }
    AppendBody(bytes, most, text_);
    if (text_.size() < next_look_) return {};
    next_look_ = text_.size() + std::min(text_.size(), kLookAgain);
    return codec::CheckBeginning(text_, limits);
  }

  std::string& text() { return text_; }
  const std::string& text() const { return text_; }

 private:
  // How much more of a large body comes before it is looked at again.
  static constexpr size_t kLookAgain = 9u << 20;

  std::string text_;
  size_t next_look_ = kLargeBody;
};

}  // namespace inferwire::openai
