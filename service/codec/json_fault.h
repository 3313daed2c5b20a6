// The gate's own finding, for callers inside this layer that repair or rephrase it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "codec/json_gate.h"

namespace inferwire::codec {

struct JsonFault {
  const char* what = nullptr;  // null: the text is fine
  size_t at = 0;               // byte
  bool not_utf8 = false;       // replacing bytes can mend it
  bool limit = false;          // the text may be right, but is more than we take

  explicit operator bool() const { return what != nullptr; }
};

JsonFault FindJsonFault(std::string_view text, const JsonLimits& limits);

// In words, without any of the text.
std::string Describe(const JsonFault& fault);

// No limit allows more nesting than this: what reads checked text may use the stack per level.
inline constexpr int kDeepestNesting = 500;

}  // namespace inferwire::codec
