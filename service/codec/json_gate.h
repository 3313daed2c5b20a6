// The first thing that foreign JSON passes: syntax, UTF-8 and size limits, before anything is
// built.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inferwire::codec {

struct JsonLimits {
  size_t max_bytes = 32u << 20;
  size_t max_string_bytes = 24u << 20;
  size_t max_nodes = 1'000'000;  // values, containers included
  // Objects in lists that become messages; a list beyond that stays JSON, in extra. An empty object
  // is two bytes of JSON and more than a hundred as a message.
  size_t max_list_messages = 80'000;
  // Entries of maps, extra included, and texts in lists: each takes some 150 bytes. More are
  // refused.
  size_t max_entries = 200'000;
  // A text that is not UTF-8 is copied to be mended; a longer one is refused.
  size_t max_mended_bytes = 4u << 20;
  int max_depth = 64;  // never more than 500: what reads checked text recurses
};

// OK if the text is exactly one RFC 8259 value in valid UTF-8 within the limits, white space around
// it allowed. The error (INVALID_ARGUMENT, INVALID_JSON_FIELD) says what is wrong and at which
// byte, and quotes nothing of the text.
Result<void> CheckJson(std::string_view text, const JsonLimits& limits = {});

// Equal as JSON: numbers by value with full precision, objects in any member order, duplicate
// members: the last counts. Both texts have passed CheckJson.
bool JsonEquals(std::string_view a, std::string_view b);

}  // namespace inferwire::codec
