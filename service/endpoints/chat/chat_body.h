// A chat request's JSON. What differs from one target of a route to another stands first, so that
// the rest, with all messages, is the same bytes for every attempt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"
#include "inferwire/v1/chat.pb.h"
#include "openai/dialect.h"

namespace inferwire::endpoints {

// For one destination; puts the parameters into its words.
Result<std::string> WriteChatBody(const openai::Dialect& dialect, v1::ChatCompletionParams& params,
                                  bool stream, const codec::JsonLimits& limits);

// The members that differ, as any destination wants them, with a comma after each.
class ChatHead {
 public:
  // Takes them out of the parameters.
  ChatHead(v1::ChatCompletionParams& params, bool stream);
  std::string For(const openai::Dialect& dialect, std::string_view model) const;

 private:
  bool stream_;
  std::optional<int64_t> max_tokens_;  // in whichever word the server knows; unset: in the rest
};

// What is left, without the brace at its beginning.
Result<std::string> WriteChatRest(const v1::ChatCompletionParams& params,
                                  const codec::JsonLimits& limits);

}  // namespace inferwire::endpoints
