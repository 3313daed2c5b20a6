// What a provider's error body says, whatever its shape. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/headers.h"

namespace inferwire::openai {

// Bodies above this are not parsed: no real error is that long.
inline constexpr size_t kMaxErrorBody = 64u << 10;

struct UpstreamError {
  enum class Form {
    kEmpty,
    kText,    // plain text: message
    kPage,    // HTML: message is its title
    kOpaque,  // meant to be JSON, but broken, too long or of no known shape
    kObject,  // an error object
  };
  struct Violation {
    std::string param;
    std::string message;
  };

  Form form = Form::kEmpty;
  // All texts are as received: not scrubbed and of any length.
  std::string message, type, code, param;
  std::string inner_code;  // Azure's innererror
  std::string provider;    // whose error a router passes on
  int status = 0;          // an HTTP status (400 to 599) that the body itself names; 0: none
  bool moderated = false;  // a router's own moderation refused the prompt
  std::vector<Violation> violations;
  // What the body says about waiting and limits, as the headers that would say the same.
  http::Headers hints;
};

// The body of an answer that is not 2xx.
UpstreamError ReadUpstreamError(std::string_view body);

// Of a 2xx answer or an event that holds nothing of a completion: kEmpty unless it says in any of
// the providers' ways that something failed ({"code": 1113, "msg": ...}, {"detail": ...},
// {"success": false, ...}, MiniMax's base_resp, a page, a text).
UpstreamError FindHollowUpstreamError(std::string_view body);

// As ReadUpstreamError, for a body that may just as well be a good answer or event: kEmpty if it
// is.
UpstreamError FindUpstreamError(std::string_view json);

}  // namespace inferwire::openai
