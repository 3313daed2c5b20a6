// What an item takes of a model's batch queue: its prompt's tokens.
#pragma once

#include <cstdint>
#include <string_view>

namespace inferwire::batch {

// body: checked JSON, of whatever endpoint. Counted with the built-in vocabulary; images, audio and
// files by an assumption. Takes a second for some 20 MB: not on a call's loop.
int64_t QueueTokens(std::string_view body);

}  // namespace inferwire::batch
