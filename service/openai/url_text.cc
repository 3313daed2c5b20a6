#include "openai/url_text.h"

namespace llmgate::openai {

void AppendPercentEncoded(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

bool HasParameter(std::string_view path_and_query, std::string_view name) {
  size_t begin = path_and_query.find('?');
  while (begin != std::string_view::npos) {
    const std::string_view rest = path_and_query.substr(begin + 1);
    const std::string_view found = rest.substr(0, rest.find_first_of("=&"));
    if (found == name) return true;
    begin = path_and_query.find('&', begin + 1);
  }
  return false;
}

}  // namespace llmgate::openai
