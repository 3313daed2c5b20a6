// The pieces of a request's path and query, as URLs write them.
#pragma once

#include <string>
#include <string_view>

namespace llmgate::openai {

// Everything but letters, digits and - . _ ~ as %XX: one segment of a path, or one part of a query.
void AppendPercentEncoded(std::string_view text, std::string& out);

// Whether the path's query has a parameter of this name.
bool HasParameter(std::string_view path_and_query, std::string_view name);

}  // namespace llmgate::openai
