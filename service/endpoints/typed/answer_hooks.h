// What some endpoints' answers need besides being read: usage in its fields, the text of a response
// put together, a failed response made an error. Pure.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/responses.pb.h"

namespace inferwire::endpoints {

// Counts that came as input_tokens, output_tokens and their details, which is how every endpoint
// but chat has them, are put into the fields of the answer's usage.
void FillUsage(google::protobuf::Message& answer);

// The texts of a response's messages, one after the other: output_text.
void FillOutputText(v1::Response& response);

// The error of a response that failed; from_body: what its JSON says as an error, if anything.
Error ResponseFailed(const v1::Response& response, std::optional<Error> from_body);

// For the page after this one: the id of the last element, if the answer says that there are more.
void FillNextPage(const TypedMethod& method, std::string_view json,
                  google::protobuf::Message& response);

}  // namespace inferwire::endpoints
