// The event that ends a stream, in the forms that servers and proxies give it. Pure.
#pragma once

#include <string_view>

namespace inferwire::openai {

// [DONE], in quotes or any mixture of cases too; or an event whose name says so ("done", "end"),
// unless its data is an object. The data has no white space around it.
bool IsEndMark(std::string_view event, std::string_view data);

}  // namespace inferwire::openai
