// What of a chat request becomes input tokens: its texts, which somebody has to count, and what a
// conversation adds to them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inferwire/v1/chat.pb.h"

namespace inferwire::tokens {

struct ChatTexts {
  std::vector<std::string> texts;
  // Of the frame around messages.
  int64_t frame_tokens = 0;
  // Of what has no text to count.
  int64_t assumed_tokens = 0;
  // One sentence for each kind of thing that is not counted exactly; empty: all of it is.
  std::vector<std::string> notes;
};

// Takes the texts out of the parameters, which are not whole any more afterwards. reasoning: the
// model reasons before it answers; its conversations are framed otherwise.
ChatTexts TakeChatTexts(v1::ChatCompletionParams& params, bool reasoning);

}  // namespace inferwire::tokens
