// What an error message means whose code, type and status do not say it.
#pragma once

#include <optional>

#include "base/error.h"
#include "openai/error_body.h"

namespace inferwire::openai {

std::optional<v1::ErrorReason> ByMessage(int status, const UpstreamError& upstream_error);

}  // namespace inferwire::openai
