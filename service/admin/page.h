// The page for people who have no dashboard: what /metrics says, live. Its files are in page/ and
// become a part of the program when it is built.
#pragma once

#include <string_view>

namespace inferwire::admin {

std::string_view PageHtml();
std::string_view PageCss();
std::string_view PageScript();

// Everything from this server and nothing else, and no other page around it.
inline constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace inferwire::admin
