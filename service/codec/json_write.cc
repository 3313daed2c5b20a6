#include "codec/json_write.h"

#include <algorithm>
#include <charconv>

#include "codec/byte_scan.h"

namespace inferwire::codec {
namespace {

void AppendEscape(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out.push_back(kHex[(c >> 4) & 0xF]);
      out.push_back(kHex[c & 0xF]);
  }
}

// Room for a long text at once, growing at least twofold so that many texts stay linear.
void Reserve(std::string& out, size_t more) {
  const size_t needed = out.size() + more;
  if (needed > out.capacity()) out.reserve(std::max(needed, out.capacity() * 2));
}

}  // namespace

void AppendQuoted(std::string& out, std::string_view text) {
  Reserve(out, text.size() + text.size() / 16 + 2);
  out.push_back('"');
  const char* p = text.data();
  const char* const end = p + text.size();
  for (;;) {
    const char* const stop = FindStop<StopAt::kUnescapable>(p, end);
    out.append(p, stop);
    if (stop == end) break;
    AppendEscape(out, *stop);
    p = stop + 1;
  }
  out.push_back('"');
}

void AppendInteger(std::string& out, int64_t value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void AppendDouble(std::string& out, double value) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace inferwire::codec
