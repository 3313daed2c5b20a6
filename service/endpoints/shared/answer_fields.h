// Fields of typed answers that their JSON has otherwise, or not at all: for calls and for the
// results of batches alike. Pure.
#pragma once

#include <google/protobuf/message.h>

#include "inferwire/v1/responses.pb.h"

namespace inferwire::endpoints {

// Counts that came as input_tokens, output_tokens and their details, which is how every endpoint
// but chat has them, are put into the fields of the answer's usage.
void FillUsage(google::protobuf::Message& answer);

// The texts of a response's messages, one after the other: output_text.
void FillOutputText(v1::Response& response);

}  // namespace inferwire::endpoints
