#include "simulator/behavior.h"

#include <charconv>

#include "base/text.h"
#include "simulator/behavior_words.h"

namespace inferwire::simulator {

using std::chrono::nanoseconds;

std::optional<double> NumberIn(std::string_view text, double min, double max) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  if (!(value >= min && value <= max)) return std::nullopt;
  return value;
}

std::optional<nanoseconds> ParseDuration(std::string_view text) {
  double unit = 1e6;
  const auto ends = [&](std::string_view suffix, double factor) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    unit = factor;
    return true;
  };
  (void)(ends("ms", 1e6) || ends("us", 1e3) || ends("s", 1e9) || ends("m", 60e9) ||
         ends("h", 3600e9));
  const auto value = NumberIn(text, 0, 31 * 86400e9 / unit);
  if (!value) return std::nullopt;
  return nanoseconds(static_cast<int64_t>(*value * unit));
}

Result<void> Set(std::string_view key, std::string_view value, Behavior& behavior) {
  if (key == "fault") {  // fault=reset_after:1000 is reset_after=1000
    const size_t colon = value.find(':');
    const bool bare = colon == std::string_view::npos;
    key = value.substr(0, colon);
    value = bare ? std::string_view() : value.substr(colon + 1);
  }
  for (const Word& word : Vocabulary()) {
    if (word.key != key) continue;
    if (word.set(value, behavior)) return {};
    return InvalidField("x-simulator", std::string(key) + " takes " + std::string(word.takes));
  }
  std::string known = "unknown word; known are";
  for (const Word& word : Vocabulary()) known += ' ' + std::string(word.key);
  return InvalidField("x-simulator", known);
}

Result<void> SetAll(std::string_view list, char separator, Behavior& behavior) {
  while (!list.empty()) {
    const size_t end = list.find(separator);
    const std::string_view item = Trim(list.substr(0, end));
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    if (item.empty()) continue;
    const size_t equals = item.find('=');
    const bool bare = equals == std::string_view::npos;
    auto set = Set(Trim(item.substr(0, equals)),
                   bare ? std::string_view() : Trim(item.substr(equals + 1)), behavior);
    if (!set) return set;
  }
  return {};
}

}  // namespace inferwire::simulator
