#include "codec/wire_write.h"

#include <cstring>

namespace inferwire::codec {
namespace {

constexpr char kKeyTag = 1 << 3 | 2;
constexpr char kTextTag = 2 << 3 | 2;
constexpr char kNumberTag = 2 << 3 | 0;

void AppendVarint(std::string& wire, uint64_t value) {
  for (; value >= 0x80; value >>= 7) wire.push_back(static_cast<char>(value | 0x80));
  wire.push_back(static_cast<char>(value));
}

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

size_t TextSize(std::string_view text) { return 1 + VarintSize(text.size()) + text.size(); }

void AppendText(std::string& wire, char tag, std::string_view text) {
  wire.push_back(tag);
  AppendVarint(wire, text.size());
  wire.append(text);
}

void AppendHead(std::string& wire, int number, size_t size) {
  AppendVarint(wire, static_cast<uint64_t>(number) << 3 | 2);
  AppendVarint(wire, size);
}

}  // namespace

void AppendMapEntry(std::string& wire, int number, std::string_view key, std::string_view value) {
  AppendHead(wire, number, TextSize(key) + TextSize(value));
  AppendText(wire, kKeyTag, key);
  AppendText(wire, kTextTag, value);
}

void AppendMapEntry(std::string& wire, int number, std::string_view key, int32_t value) {
  // Negative numbers are extended to 64 bits on the wire.
  const auto bits = static_cast<uint64_t>(int64_t{value});
  AppendHead(wire, number, TextSize(key) + 1 + VarintSize(bits));
  AppendText(wire, kKeyTag, key);
  wire.push_back(kNumberTag);
  AppendVarint(wire, bits);
}

void AppendMapEntry(std::string& wire, int number, std::string_view key, double value) {
  constexpr char kFixed64Tag = 2 << 3 | 1;
  AppendHead(wire, number, TextSize(key) + 1 + sizeof value);
  AppendText(wire, kKeyTag, key);
  wire.push_back(kFixed64Tag);
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  wire.append(bytes, sizeof value);
}

void AppendPacked(std::string& wire, int number, std::string_view elements) {
  AppendHead(wire, number, elements.size());
  wire.append(elements);
}

}  // namespace inferwire::codec
