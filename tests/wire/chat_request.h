// The caller's side of a recorded chat request, and what must arrive upstream.
#pragma once

#include <optional>
#include <string>

#include "inferwire/v1/chat.pb.h"
#include "wire/recording.h"

namespace inferwire::wire {

// The recorded request as a caller of inferwire would write it; a small one where none is recorded.
// Throws std::runtime_error if it is not even an object.
v1::ChatCompletionParams ParamsOf(const Recording& recording);

// Whether the caller asks for a stream.
bool WantsStream(const Recording& recording);

// What is wrong with the body that arrived, or nothing.
std::optional<std::string> CheckSentBody(const std::string& body,
                                         const v1::ChatCompletionParams& params,
                                         const Recording& recording);

}  // namespace inferwire::wire
