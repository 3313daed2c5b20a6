#include "endpoints/shared/stream_end.h"

#include <string>

namespace inferwire::endpoints {
namespace {

bool HasOwnEnd(const http::Headers& headers) {
  return !headers.Get("content-length").empty() || !headers.Get("transfer-encoding").empty();
}

}  // namespace

bool IsAfterTheEnd(const StreamProgress& stream, const Error& error) {
  if (stream.done) return true;
  const bool too_late = error.reason == v1::ERROR_REASON_UPSTREAM_TIMEOUT ||
                        error.reason == v1::ERROR_REASON_DEADLINE;
  return too_late && EveryChoiceFinished(stream);
}

bool ProperlyEnded(const StreamProgress& stream, const http::Headers& headers,
                   bool needs_finish_reason) {
  if (stream.finished) {
    return stream.done || !stream.transfer_ended || EveryChoiceFinished(stream) ||
           HasOwnEnd(headers);
  }
  return stream.done && stream.choices > 0 && (!stream.began || !needs_finish_reason);
}

Error NoEnd(const StreamProgress& stream, std::string_view odd, const openai::Attempt& attempt) {
  const std::string said = odd.empty() || stream.began ? "" : ": " + std::string(odd);
  if (stream.done && stream.choices == 0) {
    return openai::Protocol("the stream ended without an answer" + said, attempt);
  }
  return openai::Truncated("the stream stopped" + said, attempt);
}

}  // namespace inferwire::endpoints
