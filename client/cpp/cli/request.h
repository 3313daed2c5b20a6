// From the command line's options to a request.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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

// The members of a JSON object, each as its own text.
client::Result<std::map<std::string, std::string>> Members(const std::string& json);

// --param name=json, into the extra of a request.
client::Result<void> AddParam(google::protobuf::Map<std::string, std::string>& extra,
                              const std::string& param);

// --metadata name=value.
client::Result<void> AddMetadata(google::protobuf::Map<std::string, std::string>& metadata,
                                 const std::vector<std::string>& pairs);

// A question: the command line's words, then what is piped into standard input.
client::Result<std::string> ReadPrompt(const std::vector<std::string>& words);
// Fails if there is none.
client::Result<std::string> NeedPrompt(const std::vector<std::string>& words);

}  // namespace inferwire::cli
