// The fewest tokens that a prompt can have, whichever vocabulary counts it: a token does not reach
// over the white space between two words. A true bound, and cheap enough for every call; of English
// it is three quarters of the count, of languages without spaces next to nothing. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "inferwire/v1/chat.pb.h"

namespace inferwire::tokens {

int64_t LeastCount(std::string_view text);

// Of a chat request's texts.
size_t ChatTextBytes(const v1::ChatCompletionParams& params);

// Of a chat request's texts. Looks no further once it is above enough, and at nothing if the bytes
// cannot make so many.
int64_t LeastChatCount(const v1::ChatCompletionParams& params, int64_t enough);

}  // namespace inferwire::tokens
