// What an error message means whose code, type and status do not say it.
#pragma once

#include <optional>

#include "base/error.h"
#include "openai/error_body.h"

namespace llmgate::openai {

std::optional<v1::ErrorReason> ByMessage(int status, const Fault& fault);

}  // namespace llmgate::openai
