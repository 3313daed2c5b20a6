#include "upstream/key_echo.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "codec/base64.h"
#include "openai/path_segment.h"

namespace inferwire::upstream {
namespace {

std::string WithEscapedSlashes(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c == '/' || c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string WithLowerHex(std::string text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '%') continue;
    for (const size_t at : {i + 1, i + 2}) {
      if (text[at] >= 'A' && text[at] <= 'F') text[at] = static_cast<char>(text[at] + 32);
    }
  }
  return text;
}

// What base64 makes of the key within a longer text that has `before` bytes before it (modulo 3),
// without the digits at both ends that are of its neighbours too.
std::string InBase64(std::string_view key, size_t before) {
  const std::string text = std::string(before, '\0').append(key);
  std::string digits;
  codec::AppendBase64(digits, std::string_view(text).substr(0, text.size() / 3 * 3));
  digits.erase(0, before == 0 ? 0 : before + 1);
  return digits;
}

}  // namespace

KeyEcho::KeyEcho(std::string_view key) {
  if (key.size() < kShortest) return;
  Add(std::string(key));
  Add(WithEscapedSlashes(key));
  std::string in_url;
  openai::AppendPercentEncoded(key, in_url);
  Add(WithLowerHex(in_url));
  Add(std::move(in_url));
  for (const size_t before : {0u, 1u, 2u}) Add(InBase64(key, before));
}

void KeyEcho::Add(std::string spelling) {
  if (spelling.size() < kShortest) return;
  if (std::find(spellings_.begin(), spellings_.end(), spelling) != spellings_.end()) return;
  reach_ = std::max(reach_, spelling.size() - 1);
  spellings_.push_back(std::move(spelling));
}

bool KeyEcho::Hide(std::string& text, size_t from) const {
  bool found = false;
  for (const std::string& spelling : spellings_) {
    size_t at = from;
    while (at < text.size()) {
      const void* const hit =
          memmem(text.data() + at, text.size() - at, spelling.data(), spelling.size());
      if (!hit) break;
      at = static_cast<size_t>(static_cast<const char*>(hit) - text.data());
      text.replace(at, spelling.size(), spelling.size(), '*');
      at += spelling.size();
      found = true;
    }
  }
  return found;
}

size_t KeyEcho::OpenEnd(std::string_view text) const {
  size_t open = 0;
  for (const std::string& spelling : spellings_) {
    const size_t most = std::min(text.size(), spelling.size() - 1);
    for (size_t at = text.size() - most; at < text.size() - open; ++at) {
      at = text.find(spelling.front(), at);
      if (at == std::string_view::npos || at >= text.size() - open) break;
      if (spelling.starts_with(text.substr(at))) open = text.size() - at;
    }
  }
  return open;
}

}  // namespace inferwire::upstream
