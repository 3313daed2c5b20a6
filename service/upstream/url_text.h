// What a request's query says.
#pragma once

#include <string_view>

namespace inferwire::upstream {

// Whether the path's query has a parameter of this name.
bool HasParameter(std::string_view path_and_query, std::string_view name);

}  // namespace inferwire::upstream
