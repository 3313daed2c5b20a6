#include "simulator/json.h"

#include "simulator/random.h"

namespace inferwire::simulator {

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AppendEscaped(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
}

uint64_t HashOf(const Json& object, std::span<const char* const> names, uint64_t seed) {
  uint64_t hash = seed;
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && !found->is_null()) hash = Hash(Dump(*found), Hash(name, hash));
  }
  return hash;
}

}  // namespace inferwire::simulator
