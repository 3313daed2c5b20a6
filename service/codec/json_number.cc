#include "codec/json_number.h"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include "base/text.h"

namespace inferwire::codec {
namespace {

std::optional<double> ParseDouble(std::string_view token) {
  double value = 0;
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// 0.DIGITS x 10^exponent, no zeros at either end of the digits; zero has none.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
  bool exact = true;  // false: the exponent is too large to hold
};

Decimal Normalise(std::string_view token) {
  Decimal decimal;
  if (token.front() == '-') {
    decimal.negative = true;
    token.remove_prefix(1);
  }
  const size_t mark = token.find_first_of("eE");
  const std::string_view mantissa = token.substr(0, mark);
  if (mark != std::string_view::npos) {
    std::string_view text = token.substr(mark + 1);
    if (text.front() == '+') text.remove_prefix(1);
    const auto exponent = ParseInteger(text);
    constexpr int64_t kMost = 999'999'999'999'999'999;
    decimal.exact = exponent && *exponent >= -kMost && *exponent <= kMost;
    if (decimal.exact) decimal.exponent = *exponent;
  }
  const size_t point = mantissa.find('.');
  decimal.digits = mantissa.substr(0, point);
  decimal.exponent += static_cast<int64_t>(decimal.digits.size());
  if (point != std::string_view::npos) decimal.digits += mantissa.substr(point + 1);

  const size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  decimal.exponent -= static_cast<int64_t>(first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.digits.erase(0, first);
  return decimal;
}

}  // namespace

std::optional<int64_t> ToInt64(std::string_view token) {
  if (token.find_first_of(".eE") == std::string_view::npos) return ParseInteger(token);
  constexpr double kExactBelow = 9007199254740992.0;  // 2^53
  const auto value = ParseDouble(token);
  if (!value || std::abs(*value) >= kExactBelow || *value != std::trunc(*value)) {
    return std::nullopt;
  }
  // 1.00000000000000000001 reads as 1.0 too.
  const auto whole = static_cast<int64_t>(*value);
  if (!SameNumber(token, std::to_string(whole))) return std::nullopt;
  return whole;
}

std::optional<double> ToDouble(std::string_view token) {
  const auto value = ParseDouble(token);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

bool SameNumber(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const Decimal left = Normalise(a), right = Normalise(b);
  return left.exact && right.exact && left.negative == right.negative &&
         left.exponent == right.exponent && left.digits == right.digits;
}

}  // namespace inferwire::codec
