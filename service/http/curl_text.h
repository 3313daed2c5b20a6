// What libcurl says only in its verbose words, and only there: that it has read bytes behind the
// end of an answer and dropped them.
#pragma once

#include <string_view>

extern "C" {
// In wrapped_curl.cc, where a target is linked with it (inferwire_static_curl).
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name that the linker gives it
void __wrap_Curl_infof(void* easy, const char* format, ...) __attribute__((weak));
}

namespace inferwire::http {

// The words are heard before they are put together, at no cost; else libcurl must be made to say
// them.
inline bool HearsCurlText() { return &__wrap_Curl_infof != nullptr; }

inline bool SaysSurplus(std::string_view text) {
  return text.starts_with("Excess found") || text.starts_with("Leftovers after chunking");
}

}  // namespace inferwire::http
