// The beginning of an answer to a streamed request: which form it has, and what it is if it turns
// out to have none.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/headers.h"
#include "openai/error.h"

namespace inferwire::endpoints {

class StreamFront {
 public:
  enum class Form { kUnknown, kEvents, kOnePiece };

  void OnHead(const http::Headers& headers);
  Form form() const { return form_; }

  // A server that does not stream, or that reports a failure with status 200, answers in one piece.
  // Only the body tells: JSON comes as text/plain, octet-stream and even text/event-stream too, and
  // no event begins with a brace. Blank bytes keep connections alive and belong to neither form;
  // they are taken off. The form stays unknown if there are only those.
  Form See(std::string_view& bytes);

  // For what is neither JSON nor events (an error text, a page): its bytes, until there is an
  // event.
  void Keep(std::string_view bytes);
  // There was no event.
  Error NoStream(const http::Headers& headers, const openai::Attempt& attempt, WallTime now) const;

 private:
  std::string kept_;
  Form form_ = Form::kUnknown;
  bool named_events_ = false;  // by the content type
};

}  // namespace inferwire::endpoints
