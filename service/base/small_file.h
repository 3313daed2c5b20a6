// Reading a file that should be small, without hanging or filling the memory if it is not.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace inferwire {

// At most the first max_bytes of it. A pipe is read to its end, but nobody is waited for longer
// than kSmallFileWaitMs: a pipe that nobody writes to is an error, not a hang.
inline constexpr int kSmallFileWaitMs = 5000;
Result<std::string> ReadSmallFile(const std::string& path, size_t max_bytes);

}  // namespace inferwire
