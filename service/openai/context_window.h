// A prompt held against its model's context window before it is sent: what the provider would
// refuse costs no round trip and no upload.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "catalogue/model.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::openai {

// The fewest tokens that the prompt can have are more than the window: what fits is never refused,
// and what is a little too long is left to the provider, who counts.
Result<void> CheckPromptFits(const catalogue::Model& model, const v1::ChatCompletionParams& params);

// tokens: of the prompt, and no less. The model's window is known.
Error PromptTooLong(const catalogue::Model& model, int64_t tokens);

}  // namespace inferwire::openai
