#include "upstream/answer_head.h"

#include <charconv>
#include <cstdint>

namespace inferwire::upstream {
namespace {

// What Content-Length announces; 0 if nothing.
uint64_t AnnouncedBytes(const http::Headers& headers) {
  const std::string_view text = headers.Get("content-length");
  uint64_t bytes = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return read.ec == std::errc::result_out_of_range ? UINT64_MAX : bytes;
}

}  // namespace

HeadProblem FindHeadProblem(int status, const http::Headers& headers, bool wanted,
                            size_t max_bytes) {
  if (status < 200) return HeadProblem::kOtherProtocol;
  if (!wanted) return HeadProblem::kNone;
  if (AnnouncedBytes(headers) > max_bytes) return HeadProblem::kTooLarge;
  return CodingOf(headers).empty() ? HeadProblem::kNone : HeadProblem::kEncoded;
}

std::string_view CodingOf(const http::Headers& headers) {
  const std::string_view coding = headers.Get("content-encoding");
  return coding == "identity" ? std::string_view() : coding;
}

}  // namespace inferwire::upstream
