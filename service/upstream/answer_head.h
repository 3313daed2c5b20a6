// What an answer's head says of its body before any of it has come. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/headers.h"

namespace inferwire::upstream {

enum class HeadProblem {
  kNone,
  kOtherProtocol,  // 1xx as the last word: it switches protocols
  kTooLarge,       // it announces more bytes than are taken
  kEncoded,        // in a coding that nothing asked for
};

// Why the answer is not worth waiting for. The body of an answer that is not wanted, an error's,
// may be as it likes.
HeadProblem FindHeadProblem(int status, const http::Headers& headers, bool wanted,
                            size_t max_bytes);

// The content coding that the transport could not undo; empty if there is none.
std::string_view CodingOf(const http::Headers& headers);

}  // namespace inferwire::upstream
