#include "endpoints/shared/stream_front.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "codec/utf8.h"
#include "http/sse.h"
#include "openai/error_body.h"

namespace inferwire::endpoints {
namespace {

// What JSON and pages begin with, and no event stream.
constexpr std::string_view kDocumentStarts = "{[<\"";

}  // namespace

void StreamFront::OnHead(const http::Headers& headers) {
  named_events_ = http::IsEventStream(headers.Get("content-type"));
}

StreamFront::Form StreamFront::See(std::string_view& bytes) {
  bytes = codec::WithoutByteOrderMark(bytes);
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  if (!bytes.empty()) form_ = bytes.front() == '{' ? Form::kOnePiece : Form::kEvents;
  return form_;
}

void StreamFront::Keep(std::string_view bytes) {
  kept_ += bytes.substr(0, openai::kMaxErrorBody + 1 - kept_.size());
}

Error StreamFront::NoStream(const http::Headers& headers, const openai::Attempt& attempt,
                            WallTime now) const {
  if (auto error = openai::FromBody(kept_, headers, attempt, now)) return *std::move(error);
  const std::string_view front = Trim(codec::WithoutByteOrderMark(kept_));
  const bool document = front.find_first_of(kDocumentStarts) == 0;
  if (named_events_ && !document) {
    return openai::Truncated("the stream stopped before its first event", attempt);
  }
  return openai::NoAnswer(kept_, "it is not an event stream", headers, attempt, now);
}

}  // namespace inferwire::endpoints
