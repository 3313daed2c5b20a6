#include "fuzz/input.h"

#include <algorithm>
#include <charconv>

namespace inferwire::fuzz {

std::string_view Input::Line() {
  const size_t end = std::min(rest_.find('\n'), rest_.size());
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return line;
}

std::vector<std::pair<std::string_view, std::string_view>> Input::Block() {
  std::vector<std::pair<std::string_view, std::string_view>> block;
  while (!rest_.empty()) {
    const std::string_view line = Line();
    if (line.empty()) break;
    const size_t colon = std::min(line.find(':'), line.size());
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    block.emplace_back(line.substr(0, colon), value);
  }
  return block;
}

std::minstd_rand Input::Choices() const {
  uint32_t hash = 2166136261;  // FNV-1a: every byte may change every choice
  for (const char c : whole_) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return std::minstd_rand(hash);
}

int NumberOr(std::string_view text, int other) {
  int number = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} ? number : other;
}

}  // namespace inferwire::fuzz
