#include "openai/stated_cost.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace inferwire::openai {
std::optional<int64_t> ReadAmount(std::string_view json, int decimals) {
  constexpr int64_t kMostDigits = 19;
  constexpr int64_t kMostExponent = 1000;
  if (json.size() >= 2 && json.front() == '"' && json.back() == '"') {
    json = json.substr(1, json.size() - 2);
  }
  std::string digits;
  int64_t exponent = decimals;
  size_t at = 0;
  bool fraction = false;
  for (; at < json.size() && (IsDigit(json[at]) || (json[at] == '.' && !fraction)); ++at) {
    if (json[at] == '.') {
      fraction = true;
    } else {
      digits += json[at];
      exponent -= fraction;
    }
  }
  if (digits.empty()) return std::nullopt;
  if (at < json.size()) {
    if (json[at] != 'e' && json[at] != 'E') return std::nullopt;
    std::string_view power = json.substr(at + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto shift = ParseInteger(power);
    if (!shift || *shift > kMostExponent || *shift < -kMostExponent) return std::nullopt;
    exponent += *shift;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  const int64_t whole = static_cast<int64_t>(digits.size()) + exponent;
  if (whole > kMostDigits) return std::nullopt;
  if (whole < 0) return 0;
  const bool up =
      static_cast<size_t>(whole) < digits.size() && digits[static_cast<size_t>(whole)] >= '5';
  digits.resize(static_cast<size_t>(whole), '0');
  const auto value = ParseInteger(digits.empty() ? "0" : digits);
  if (!value || (up && *value == INT64_MAX)) return std::nullopt;
  return *value + up;
}

}  // namespace inferwire::openai
