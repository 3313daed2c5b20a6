#include "openai/wait_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "openai/words.h"

namespace llmgate::openai {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

// Longer names first where one begins another.
constexpr std::array kUnits = {
    Unit{"milliseconds", 1e-3},
    Unit{"millisecond", 1e-3},
    Unit{"ms", 1e-3},
    Unit{"us", 1e-6},
    Unit{"ns", 1e-9},
    Unit{"seconds", 1},
    Unit{"second", 1},
    Unit{"secs", 1},
    Unit{"sec", 1},
    Unit{"minutes", 60},
    Unit{"minute", 60},
    Unit{"mins", 60},
    Unit{"min", 60},
    Unit{"hours", 3600},
    Unit{"hour", 3600},
    Unit{"days", 86400},
    Unit{"day", 86400},
    Unit{"s", 1},
    Unit{"m", 60},
    Unit{"h", 3600},
    Unit{"d", 86400},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The digits and at most one point at the front of the text, which it takes off.
std::optional<double> TakeNumber(std::string_view& text) {
  size_t end = 0;
  bool point = false;
  while (end < text.size()) {
    const bool fraction =
        text[end] == '.' && !point && end + 1 < text.size() && IsDigit(text[end + 1]);
    if (!IsDigit(text[end]) && !fraction) break;
    point = point || fraction;
    ++end;
  }
  if (end == 0 || text[0] == '.') return std::nullopt;
  double value = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + end, value);
  if (failed != std::errc{} || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  return value;
}

std::optional<double> TakeUnit(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsLetter(text[end])) ++end;
  for (const Unit& unit : kUnits) {
    if (text.substr(0, end) != unit.name) continue;
    text.remove_prefix(end);
    return unit.seconds;
  }
  return std::nullopt;
}

// Numbers with units, as many as there are; the text's rest is left.
std::optional<Duration> TakeDuration(std::string_view& text, bool spaces) {
  double sum = 0;
  bool any = false;
  while (true) {
    std::string_view rest = text;
    const auto number = TakeNumber(rest);
    while (spaces && rest.starts_with(' ')) rest.remove_prefix(1);
    const auto unit = number ? TakeUnit(rest) : std::nullopt;
    if (!unit) break;
    sum += *number * *unit;
    any = true;
    text = rest;
    while (spaces && text.starts_with(' ')) text.remove_prefix(1);
  }
  if (!any) return std::nullopt;
  return Seconds(sum);
}

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || stop != text.data() + text.size() || !IsDigit(text[0])) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<double> ParseNumber(std::string_view text) {
  const auto number = TakeNumber(text);
  if (!text.empty()) return std::nullopt;
  return number;
}

Duration Seconds(double seconds) {
  const double longest = std::chrono::duration<double>(kLongestWait).count();
  if (!(seconds > 0)) return Duration::zero();
  if (seconds >= longest) return kLongestWait;
  return Duration(std::llround(seconds * 1e9));
}

std::optional<Duration> ParseGoDuration(std::string_view text) {
  const auto duration = TakeDuration(text, /*spaces=*/false);
  if (!text.empty()) return std::nullopt;
  return duration;
}

std::optional<Duration> FindWait(std::string_view sentence) {
  const std::string lower = Lower(sentence);
  for (const std::string_view phrase : {"try again in ", "try again after ", "retry in ",
                                        "retry after ", "retry your request after ", "wait "}) {
    for (size_t at = lower.find(phrase); at != std::string::npos; at = lower.find(phrase, at + 1)) {
      std::string_view rest = std::string_view(lower).substr(at + phrase.size());
      if (auto wait = TakeDuration(rest, /*spaces=*/true)) return wait;
    }
  }
  return std::nullopt;
}

std::optional<WallTime> ParseHttpDate(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kForm.size() || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto day = Digits(text.substr(5, 2)), year = Digits(text.substr(12, 4));
  const auto hour = Digits(text.substr(17, 2)), minute = Digits(text.substr(20, 2)),
             second = Digits(text.substr(23, 2));
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  // Years that a nanosecond clock can hold.
  if (!date.ok() || *year < 1970 || *year > 2200 || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace llmgate::openai
