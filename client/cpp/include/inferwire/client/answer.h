// What an answer says, read from its message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "inferwire/v1/chat.pb.h"
#include "inferwire/v1/common.pb.h"
#include "inferwire/v1/responses.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire::client {

// The text of a message, in one string or in parts; what the model refused with, if it refused.
std::string TextOf(const v1::ChatMessage& message);
// Of the first choice; empty if there is none.
std::string TextOf(const v1::ChatCompletion& completion);
std::string TextOf(const v1::TextCompletion& completion);
// All texts of the answer; what the model refused with, if it refused.
std::string TextOf(const v1::Response& response);

// Millionths of a millionth of a dollar; unset: not known. Of an answer: its gateway().cost().
std::optional<std::int64_t> CostOf(const v1::Cost& cost);

}  // namespace inferwire::client
