#include "codec/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace inferwire::codec {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kInvalid = 0xFF;

constexpr std::array<uint8_t, 256> kValues = [] {
  std::array<uint8_t, 256> values{};
  values.fill(kInvalid);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}();

char Letter(uint32_t bits) { return kAlphabet.data()[bits & 0x3F]; }

}  // namespace

void AppendBase64(std::string& out, std::string_view bytes) {
  const size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= 3; left -= 3, from += 3, to += 4) {
    const uint32_t bits = uint32_t{from[0]} << 16 | uint32_t{from[1]} << 8 | from[2];
    to[0] = Letter(bits >> 18), to[1] = Letter(bits >> 12);
    to[2] = Letter(bits >> 6), to[3] = Letter(bits);
  }
  if (left == 0) return;
  const uint32_t bits = uint32_t{from[0]} << 16 | (left == 2 ? uint32_t{from[1]} << 8 : 0);
  to[0] = Letter(bits >> 18), to[1] = Letter(bits >> 12);
  to[2] = left == 2 ? Letter(bits >> 6) : '=';
  to[3] = '=';
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const size_t letters = text.size() - padding;

  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  for (size_t i = 0; i < letters; ++i) {
    const uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    if (value == kInvalid) return std::nullopt;
    bits = bits << 6 | value;
    // After the 1st letter of four there is no whole byte yet; then one each.
    const size_t place = i % 4;
    if (place != 0) bytes.push_back(static_cast<char>(bits >> (6 - 2 * place)));
  }
  const uint32_t unused = padding == 1 ? 0x3 : padding == 2 ? 0xF : 0;
  if ((bits & unused) != 0) return std::nullopt;
  return bytes;
}

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  if (text.find_first_of("+/=") != text.npos) return std::nullopt;
  std::string padded(text);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  return DecodeBase64(padded);
}

}  // namespace inferwire::codec
