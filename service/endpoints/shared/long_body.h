// The usage in a body that is too long to be read as a whole for it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inferwire::endpoints {

// Longer bodies are not read as a whole for their usage.
inline constexpr size_t kShortBody = 64u << 10;

// What of a long body, or of one event, its usage is read from: an object with the members that
// matter, looked for near both ends. Empty if there are none.
std::string UsageOfLongBody(std::string_view body);

}  // namespace inferwire::endpoints
