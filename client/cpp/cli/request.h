// From the command line's options to a request.
#pragma once

#include <string>
#include <string_view>

#include "arguments.h"
#include "inferwire/client.h"

namespace inferwire::cli {

// Everything but the user's messages.
client::Result<v1::ChatCompletionParams> BuildParams(const ModelArgs& args);

// Appends the user's message, with the images in front of the text.
client::Result<void> AddUserMessage(v1::ChatCompletionParams& params, std::string_view text,
                                    const std::vector<std::string>& images = {});

// The whole request: options, and the prompt: the command line's words, then what is piped into
// standard input.
client::Result<v1::ChatCompletionParams> BuildRequest(const CompleteArgs& args);

}  // namespace inferwire::cli
