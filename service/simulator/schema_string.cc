#include <algorithm>
#include <cstdio>

#include "simulator/schema.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxStringBytes = 100'000;

std::string Hex(Random& random, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += "0123456789abcdef"[random.Below(16)];
  return text;
}

std::string Lower(Random& random, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += static_cast<char>('a' + random.Below(26));
  return text;
}

std::string Two(uint64_t number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

std::string Date(Random& random) {
  return "20" + Two(20 + random.Below(10)) + "-" + Two(1 + random.Below(12)) + "-" +
         Two(1 + random.Below(28));
}

std::string Time(Random& random) {
  return Two(random.Below(24)) + ":" + Two(random.Below(60)) + ":" + Two(random.Below(60)) + "Z";
}

std::string Uuid(Random& random) {
  return Hex(random, 8) + "-" + Hex(random, 4) + "-4" + Hex(random, 3) + "-a" + Hex(random, 3) +
         "-" + Hex(random, 12);
}

std::optional<std::string> OfFormat(const std::string& format, Random& random) {
  if (format == "date-time") return Date(random) + "T" + Time(random);
  if (format == "date") return Date(random);
  if (format == "time") return Time(random);
  if (format == "duration") return "PT" + std::to_string(1 + random.Below(59)) + "M";
  if (format == "email") return Lower(random, 6) + "@example.com";
  if (format == "hostname") return Lower(random, 6) + ".example.com";
  if (format == "ipv4") return "192.0.2." + std::to_string(1 + random.Below(254));
  if (format == "ipv6") return "2001:db8::" + Hex(random, 4);
  if (format == "uuid") return Uuid(random);
  if (format == "uri") return "https://example.com/" + Lower(random, 6);
  return std::nullopt;
}

int64_t LengthOf(const Json& schema, const char* keyword, int64_t otherwise) {
  const auto found = schema.find(keyword);
  return found != schema.end() && found->is_number() ? found->get<int64_t>() : otherwise;
}

}  // namespace

std::optional<std::string> StringInstance(const Json& schema, Random& random) {
  if (schema.contains("pattern") && schema["pattern"].is_string()) {
    for (int attempt = 0; attempt < 50; ++attempt) {
      auto text = MatchingText(schema["pattern"].get<std::string>(), random);
      if (!text || Satisfies(*text, schema, schema)) return text;
    }
    return std::nullopt;
  }
  if (schema.contains("format") && schema["format"].is_string()) {
    if (auto text = OfFormat(schema["format"].get<std::string>(), random)) return text;
  }
  const int64_t least = LengthOf(schema, "minLength", 0);
  const int64_t most = LengthOf(schema, "maxLength", std::max<int64_t>(least + 40, 40));
  if (least < 0 || least > most || least > static_cast<int64_t>(kMaxStringBytes))
    return std::nullopt;
  // ASCII only, so that bytes are characters.
  std::string text;
  const auto wanted = static_cast<size_t>(std::max<int64_t>(least, std::min<int64_t>(most, 12)));
  while (text.size() < wanted)
    text += (text.empty() ? "" : " ") + Lower(random, 3 + random.Below(5));
  text.resize(std::min(text.size(), static_cast<size_t>(std::min<int64_t>(most, kMaxStringBytes))));
  if (text.ends_with(' ')) text.back() = 'a';
  return text;
}

}  // namespace inferwire::simulator
