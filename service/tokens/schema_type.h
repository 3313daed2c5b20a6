// A JSON Schema as a type of the notation that models are shown functions in. Pure.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::tokens {

// Of a function's parameters: {...}, or empty if there are none. The schema has passed
// codec::CheckJson with a small depth.
std::string ParametersType(std::string_view schema);

}  // namespace inferwire::tokens
