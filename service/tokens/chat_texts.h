// The input of a chat request: its texts, and what a conversation adds to them. Pure.
#pragma once

#include "inferwire/v1/chat.pb.h"
#include "tokens/input_texts.h"

namespace inferwire::tokens {

// Takes the texts out of the parameters, which are not whole any more afterwards. reasoning: the
// model reasons before it answers; its conversations are framed otherwise.
InputTexts TakeChatTexts(v1::ChatCompletionParams& params, bool reasoning);

}  // namespace inferwire::tokens
