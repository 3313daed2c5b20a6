// The name of a JSON member in an upstream's words -> the path of the field that the caller set.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::openai {

// max_tokens -> params.max_tokens; messages[0].content[1].text ->
// params.messages[0].content_parts[1].text; a member without a field -> extra["its name"] where it
// stands. Follows the descriptor of ChatCompletionParams. The result is printable ASCII and at most
// 110 bytes.
std::string ProtoPath(std::string_view param);

}  // namespace inferwire::openai
