// The headers of an HTTP message out of an input.
#pragma once

#include "fuzz/input.h"
#include "http/headers.h"

namespace inferwire::fuzz {

inline http::Headers TakeHeaders(Input& input) {
  http::Headers headers;
  for (const auto& [name, value] : input.Block()) headers.Add(name, value);
  return headers;
}

}  // namespace inferwire::fuzz
