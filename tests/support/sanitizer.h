// Whether this is a sanitized build: slower, and with much memory of the sanitizer's own.
#pragma once

namespace inferwire::testing_support {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace inferwire::testing_support
