// Text that no JSON library would write: a lone surrogate, bytes that are not UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "simulator/behavior.h"

namespace inferwire::simulator {

// Stands in the text for such bytes; see InsertRaw.
inline constexpr std::string_view kRawMarker = "\xEF\xA3\xBF";  // U+F8FF
// Replaces the marker by the lone surrogate or the invalid bytes.
void InsertRaw(const Behavior& behavior, std::string& bytes);

}  // namespace inferwire::simulator
