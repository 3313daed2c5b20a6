// A request's parameters as the fields of a form. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "openai/form_source.h"

namespace inferwire::openai {

// More are refused: REQUEST_TOO_LARGE. Each of a list's values is one.
inline constexpr size_t kMostFormFields = 1000;

// json: an object that the gate has passed. A list is a field NAME[] for each of its values, an
// object NAME[MEMBER] for each of its members; what is empty or null is none. Texts stand there
// without their quotes, numbers as they are written.
Result<FormSource::Fields> FormFields(std::string_view json);

}  // namespace inferwire::openai
