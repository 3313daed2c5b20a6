// Base64 (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::simulator {

std::string Base64(std::string_view bytes);
// Nothing if it is not Base64.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace inferwire::simulator
