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

uint32_t ValueOf(char letter) { return kValues[static_cast<unsigned char>(letter)]; }

// A group of four letters, of which the last ones may be padding.
bool AppendLastGroup(std::string_view group, std::string& out) {
  const size_t letters = std::min(group.find('='), group.size());
  if (letters < 2 || (letters == 2 && group[3] != '=')) return false;
  uint32_t bits = 0;
  for (size_t i = 0; i < 4; ++i) {
    const uint32_t value = i < letters ? ValueOf(group[i]) : 0;
    if (value == kInvalid) return false;
    bits = bits << 6 | value;
  }
  const size_t bytes = letters - 1;
  if ((bits & (0xFFFFFFu >> 8 * bytes)) != 0) return false;  // unused ones
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(bits >> (16 - 8 * i)));
  return true;
}

// The letters are a multiple of four.
bool AppendDecoded(std::string_view text, std::string& out) {
  if (text.empty()) return true;
  const size_t groups = text.size() / 4 - 1;  // without the last one
  const size_t start = out.size();
  out.resize(start + groups * 3);
  const char* from = text.data();
  char* to = out.data() + start;
  uint32_t seen = 0;  // no value has a higher bit than kInvalid
  for (size_t i = 0; i < groups; ++i, from += 4, to += 3) {
    const uint32_t a = ValueOf(from[0]), b = ValueOf(from[1]), c = ValueOf(from[2]),
                   d = ValueOf(from[3]);
    seen |= a | b | c | d;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    to[0] = static_cast<char>(bits >> 16), to[1] = static_cast<char>(bits >> 8);
    to[2] = static_cast<char>(bits);
  }
  return seen < 0x40 && AppendLastGroup({from, 4}, out);
}

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
  std::string bytes;
  if (text.size() % 4 != 0 || !AppendDecoded(text, bytes)) return std::nullopt;
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

bool Base64Reader::Read(std::string_view piece, std::string& out) {
  if (!left_.empty()) {
    const size_t more = std::min(4 - left_.size(), piece.size());
    left_ += piece.substr(0, more);
    piece.remove_prefix(more);
    if (left_.size() < 4) return true;
    if (!ReadGroups(left_, out)) return false;
    left_.clear();
  }
  const size_t groups = piece.size() - piece.size() % 4;
  left_ = piece.substr(groups);
  return ReadGroups(piece.substr(0, groups), out);
}

bool Base64Reader::ReadGroups(std::string_view groups, std::string& out) {
  if (groups.empty()) return true;
  if (padded_) return false;
  padded_ = groups.back() == '=';
  return AppendDecoded(groups, out);
}

}  // namespace inferwire::codec
