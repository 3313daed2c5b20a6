// The input of a chat request: its texts, and what a conversation adds to them. Pure.
#pragma once

#include "inferwire/v1/chat.pb.h"
#include "tokens/input_texts.h"
#include "tokens/model_rules.h"

namespace inferwire::tokens {

// Takes the texts out of the parameters, which are not whole any more afterwards.
InputTexts TakeChatTexts(v1::ChatCompletionParams& params, const Model& model);

}  // namespace inferwire::tokens
