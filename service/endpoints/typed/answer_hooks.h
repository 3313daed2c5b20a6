// What some endpoints' answers need besides being read: a failed response made an error, the next
// page's token. Pure.
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

// The error of a response that failed; from_body: what its JSON says as an error, if anything.
Error ResponseFailed(const v1::Response& response, std::optional<Error> from_body);

// For the page after this one: the id of the last element, if the answer says that there are more.
void FillNextPage(const TypedMethod& method, std::string_view json,
                  google::protobuf::Message& response);

}  // namespace inferwire::endpoints
