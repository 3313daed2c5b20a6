#include "config/price_lists/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace inferwire::config {

std::optional<std::string> DecimalText(double value, int shift) {
  constexpr int kMostDigits = 12, kMostWhole = 12, kTrusted = 15;
  if (!std::isfinite(value) || value < 0) return std::nullopt;
  if (value == 0) return "0";
  std::array<char, 32> buffer{};
  auto end = std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::scientific).ptr;
  std::string_view text(buffer.begin(), end);
  // Longer ones are what was left of a calculation in doubles: 0.30000000000000004.
  if (text.find('e') > kTrusted + 1) {
    end = std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::scientific,
                        kTrusted - 1)
              .ptr;
    text = std::string_view(buffer.begin(), end);
  }
  const size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  digits.erase(std::min(digits.find_last_not_of('0') + 1, digits.size()));
  int exponent = 0;
  const std::string_view tail = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(tail.begin(), tail.end(), exponent);
  // Where the point stands, from the left of the digits.
  const int point = exponent + 1 + shift;
  const int after = std::max(static_cast<int>(digits.size()) - point, 0);
  if (after > kMostDigits || point > kMostWhole) return std::nullopt;
  if (point <= 0) digits.insert(0, static_cast<size_t>(1 - point), '0');
  if (point > static_cast<int>(digits.size())) digits.resize(static_cast<size_t>(point), '0');
  if (after > 0) digits.insert(digits.size() - static_cast<size_t>(after), 1, '.');
  return digits;
}

}  // namespace inferwire::config
