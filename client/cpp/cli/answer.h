// One question, one answer: what complete and chat share.
#pragma once

#include "inferwire/client.h"
#include "session.h"

namespace inferwire::cli {

// Asks, printing the text as it arrives, then tool calls and the usage line. The answer is the
// whole one, merged by the gateway.
client::Result<v1::ChatCompletion> StreamAnswer(Session& session,
                                                const v1::ChatCompletionParams& params);

}  // namespace inferwire::cli
